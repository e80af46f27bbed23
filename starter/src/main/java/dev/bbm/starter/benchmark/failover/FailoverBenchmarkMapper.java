package dev.bbm.starter.benchmark.failover;

import java.time.Instant;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;

/** The benchmark's tables and what is read from them; lists of names are JSON arrays. */
interface FailoverBenchmarkMapper {

  /** For tables of any name: the statements that the other methods call. */
  @Update(
      """
      CREATE FUNCTION benchmark_create(p_tables jsonb, p_events text, p_rows integer) RETURNS void
      LANGUAGE plpgsql AS
      $$
      DECLARE
          t text;
      BEGIN
          FOR t IN SELECT jsonb_array_elements_text(p_tables) LOOP
              EXECUTE format('CREATE TABLE %I (id bigint PRIMARY KEY, changes integer NOT NULL DEFAULT 0, touched integer NOT NULL DEFAULT 0,
                                               began_at timestamptz, changed_at timestamptz) WITH (fillfactor = 50)', t);
              EXECUTE format('INSERT INTO %I (id) SELECT generate_series(1, $1)', t) USING p_rows;
          END LOOP;
          EXECUTE format('CREATE TABLE %I (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, table_name text NOT NULL, row_id bigint NOT NULL,
                                           created_at timestamptz NOT NULL DEFAULT now())', p_events);
      END
      $$;

      CREATE FUNCTION benchmark_write(p_table text, p_events text, p_id bigint) RETURNS integer
      LANGUAGE plpgsql AS
      $$
      DECLARE
          written integer;
      BEGIN
          EXECUTE format('UPDATE %I SET touched = touched + 1 WHERE id = $1', p_table) USING p_id;
          EXECUTE format('INSERT INTO %I (table_name, row_id) VALUES ($1, $2)', p_events) USING p_table, p_id;
          GET DIAGNOSTICS written = ROW_COUNT;
          RETURN written;
      END
      $$;

      CREATE FUNCTION benchmark_check(p_tables jsonb) RETURNS TABLE (once bigint, wrong bigint, touched bigint)
      LANGUAGE plpgsql AS
      $$
      DECLARE
          t text;
          r record;
      BEGIN
          once := 0; wrong := 0; touched := 0;
          FOR t IN SELECT jsonb_array_elements_text(p_tables) LOOP
              EXECUTE format('SELECT count(*) FILTER (WHERE c.changes = 1) AS once, count(*) FILTER (WHERE c.changes <> 1) AS wrong,
                                     sum(c.touched) AS touched FROM %I AS c', t) INTO r;
              once := once + r.once; wrong := wrong + r.wrong; touched := touched + r.touched;
          END LOOP;
          RETURN NEXT;
      END
      $$;

      CREATE FUNCTION benchmark_waits(p_tables jsonb, p_from timestamptz, p_to timestamptz) RETURNS TABLE (sub_batches bigint, waited double precision, gap double precision)
      LANGUAGE plpgsql AS
      $$
      DECLARE
          t text;
          r record;
      BEGIN
          sub_batches := 0; waited := 0; gap := 0;
          FOR t IN SELECT jsonb_array_elements_text(p_tables) LOOP
              EXECUTE format('
                  SELECT count(*) FILTER (WHERE g.first > $1 AND g.began_at < $2) AS sub_batches,
                         max(extract(epoch FROM g.first - g.began_at)) FILTER (WHERE g.first > $1 AND g.began_at < $2) AS waited,
                         max(extract(epoch FROM g.first - g.before)) FILTER (WHERE g.first > $1 AND g.before < $2) AS gap
                    FROM (SELECT s.began_at, s.first, lag(s.last) OVER (ORDER BY s.first) AS before
                            FROM (SELECT c.began_at, min(c.changed_at) AS first, max(c.changed_at) AS last
                                    FROM %I AS c WHERE c.began_at IS NOT NULL GROUP BY c.began_at) AS s) AS g', t)
                 INTO r USING p_from, p_to;
              sub_batches := sub_batches + r.sub_batches; waited := greatest(waited, r.waited); gap := greatest(gap, r.gap);
          END LOOP;
          RETURN NEXT;
      END
      $$
      """)
  int createFunctions();

  /** Filled, each with its own rows. */
  @Select("SELECT benchmark_create(#{tables}::jsonb, #{events}, #{rows})")
  Object createTables(
      @Param("tables") String tables, @Param("events") String events, @Param("rows") int rows);

  /** As a post-deploy hook would. */
  @Select(
      """
      SELECT bbm.queue_batched_background_migration(
                 #{jobClass}, #{table}, 'id', batch_size => 1000, sub_batch_size => #{subBatchSize}, pause_ms => #{pause})
      """)
  long queue(
      @Param("jobClass") String jobClass,
      @Param("table") String table,
      @Param("subBatchSize") int subBatchSize,
      @Param("pause") int pause);

  /** One write of the application: an update and an insert. */
  @Select("SELECT benchmark_write(#{table}, #{events}, #{id})")
  int write(@Param("table") String table, @Param("events") String events, @Param("id") long id);

  /** How often the rows were changed. */
  @Select("SELECT c.once, c.wrong, c.touched FROM benchmark_check(#{tables}::jsonb) AS c")
  RowCount check(@Param("tables") String tables);

  /** The longest waits of sub-batches that overlap the time, in seconds. */
  @Select(
      """
      SELECT w.sub_batches, w.waited, w.gap FROM benchmark_waits(#{tables}::jsonb, #{from}, #{to}) AS w
      """)
  SubBatchWaits loadWaits(
      @Param("tables") String tables, @Param("from") Instant from, @Param("to") Instant to);

  /** How far the migrations of a gitlab_schema are that live here. */
  @Select(
      """
      SELECT count(*) FILTER (WHERE p.status = 3) AS finished, count(*) FILTER (WHERE p.status = 4) AS failed,
             coalesce(min(p.rows), 0) AS least_rows
        FROM (SELECT m.status, (SELECT coalesce(sum(j.updated_tuples), 0) FROM bbm.batched_background_migration_jobs AS j
                                 WHERE j.batched_background_migration_id = m.id) AS rows
                FROM bbm.batched_background_migrations AS m
               WHERE m.gitlab_schema = #{gitlabSchema} AND m.status NOT IN (7, 9)) AS p
      """)
  SideProgress loadProgress(@Param("gitlabSchema") String gitlabSchema);

  /** Takes the pauses out of all migrations that live here, from their next jobs on. */
  @Select(
      """
      SELECT count(bbm.adjust_migration(m.id, p_pause_ms => 0))
        FROM bbm.batched_background_migrations AS m
       WHERE m.status = 1
      """)
  int withoutPauses();

  /** Whether this server accepts writes of a gitlab_schema, as its rows say. */
  @Select(
      """
      SELECT NOT pg_is_in_recovery()
         AND EXISTS (SELECT FROM bbm.schema_ownership AS o WHERE o.gitlab_schema = #{gitlabSchema} AND o.state = 'ACTIVE')
      """)
  boolean owns(@Param("gitlabSchema") String gitlabSchema);

  @Select("SELECT pg_current_wal_flush_lsn()::text")
  String loadFlushedPosition();

  @Select("SELECT pg_last_wal_replay_lsn() >= #{position}::pg_lsn")
  boolean hasReplayed(@Param("position") String position);

  @Select("SELECT pg_promote(true, 60)")
  boolean promote();

  @Select("SELECT pg_walfile_name(pg_current_wal_lsn())")
  String loadWalFile();

  /** For a server that is up: the connection is there, and its first answer. */
  @Select("SELECT pg_is_in_recovery()")
  boolean isInRecovery();
}
