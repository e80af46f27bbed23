package dev.bbm.activities.failover;

import java.util.List;
import java.util.Optional;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;

/** What the checks before and after a failover read. Lists are given as JSON arrays. */
public interface FailoverCheckMapper {

  /** Unfinished migrations whose table is unknown or gone: step 1 quarantines them. */
  @Select(
      """
      SELECT format('%s (table %s)', bbm.display_id(m.id), m.table_name)
        FROM bbm.batched_background_migrations AS m
       WHERE m.status IN (0, 1, 5)
         AND (bbm.schema_of_table(m.table_name) IS NULL OR to_regclass(format('%I.%I', m.table_schema, m.table_name)) IS NULL)
       ORDER BY m.id
      """)
  List<String> listUnknownTables();

  /** Unfinished migrations that touch both sides. */
  @Select(
      """
      SELECT format('%s %s on %s touches %s', bbm.display_id(m.id), m.job_class_name, m.table_name, t.word)
        FROM bbm.batched_background_migrations AS m
        JOIN bbm.job_classes AS c ON c.name = m.job_class_name
       CROSS JOIN LATERAL unnest(c.touches) AS t (word)
       WHERE m.status IN (0, 1, 4, 5)
         AND (bbm.schema_of_table(m.table_name) IN (SELECT jsonb_array_elements_text(#{moved}::jsonb)))
             <> (split_part(t.word, ' ', 1) IN (SELECT jsonb_array_elements_text(#{moved}::jsonb)))
       ORDER BY m.id
      """)
  List<String> listSpanning(@Param("moved") String moved);

  /** Identifies the cluster; the same on a primary and all its copies. */
  @Select("SELECT system_identifier FROM pg_catalog.pg_control_system()")
  long loadSystemIdentifier();

  /** The state of the stream that a standby follows; empty when it follows none. */
  @Select("SELECT r.status FROM pg_catalog.pg_stat_wal_receiver AS r")
  Optional<String> findStream();

  /** How far the server's write position is beyond the given one, in bytes. */
  @Select("SELECT pg_wal_lsn_diff(pg_current_wal_flush_lsn(), #{position}::pg_lsn)::bigint")
  long loadLag(@Param("position") String position);

  /**
   * Why commits of the source would hang once a standby is gone that only it commits to; empty when
   * they would not.
   */
  @Select(
      """
      SELECT format('the source commits synchronously (synchronous_standby_names = %s) and has no other standby for it: its commits would hang',
                    quote_literal(current_setting('synchronous_standby_names')))
        FROM pg_catalog.pg_stat_replication AS r
       WHERE current_setting('synchronous_standby_names') <> ''
      HAVING count(*) = 1 AND bool_and(r.sync_priority > 0)
      """)
  Optional<String> findOnlySynchronous();

  /** Up to where the standby has replayed. */
  @Select("SELECT coalesce(pg_last_wal_replay_lsn(), '0/0')::text")
  String loadReplayedPosition();

  /** Prepared transactions of this database, each a sentence. */
  @Select(
      """
      SELECT format('prepared transaction "%s" of %s since %s: COMMIT PREPARED or ROLLBACK PREPARED it', x.gid, x.owner,
                    to_char(x.prepared AT TIME ZONE 'UTC', 'HH24:MI:SS "UTC"'))
        FROM pg_catalog.pg_prepared_xacts AS x
       WHERE x.database = current_database()
      """)
  List<String> listPrepared();

  /** Transactions older than so many seconds, each a sentence. */
  @Select(
      """
      SELECT format('process %s (%s) has a transaction open since %s', a.pid, coalesce(nullif(a.application_name, ''), a.usename::text),
                    to_char(a.xact_start AT TIME ZONE 'UTC', 'HH24:MI:SS "UTC"'))
        FROM pg_catalog.pg_stat_activity AS a
       WHERE a.datname = current_database() AND a.backend_type = 'client backend' AND a.pid <> pg_backend_pid()
         AND a.xact_start < clock_timestamp() - make_interval(secs => #{seconds})
      """)
  List<String> listOldTransactions(@Param("seconds") double seconds);

  /** VACUUMs that PostgreSQL does not cancel for a waiting trigger, on tables of the schemas. */
  @Select(
      """
      SELECT format('process %s runs "%s" on table %s, which holds up its write lock', a.pid, left(a.query, 80), c.relname)
        FROM pg_catalog.pg_stat_progress_vacuum AS v
        JOIN pg_catalog.pg_stat_activity AS a ON a.pid = v.pid
        JOIN pg_catalog.pg_class AS c ON c.oid = v.relid
       WHERE v.datname = current_database()
         AND (a.backend_type = 'client backend' OR a.query LIKE '%(to prevent wraparound)%')
         AND bbm.schema_of_table(c.relname) IN (SELECT jsonb_array_elements_text(#{moved}::jsonb))
      """)
  List<String> listVacuums(@Param("moved") String moved);

  /** Sessions that deploy now. */
  @Select(
      """
      SELECT format('process %s deploys now (%s)', a.pid, a.application_name)
        FROM pg_catalog.pg_stat_activity AS a
       WHERE a.datname = current_database() AND a.application_name LIKE 'bbm/migrate%' AND a.xact_start IS NOT NULL
      """)
  List<String> listDeploys();

  /** How many sessions of bbm there are, by name. */
  @Select(
      """
      SELECT coalesce(string_agg(DISTINCT a.application_name, ', '), 'none')
        FROM pg_catalog.pg_stat_activity AS a
       WHERE a.datname = current_database() AND a.application_name LIKE 'bbm/worker%'
      """)
  String loadWorkers();

  /** Partitions that the dictionary puts elsewhere than their root. */
  @Select(
      """
      SELECT format('partition %s is in %s, its table %s in %s', l.table_name, coalesce(p.gitlab_schema, 'no gitlab_schema'),
                    r.relname, l.gitlab_schema)
        FROM bbm.write_locks('{}') AS l
        JOIN pg_catalog.pg_class AS r ON r.oid = l.root AND l.root <> l.relation
       CROSS JOIN LATERAL (SELECT bbm.schema_of_table(l.table_name) AS gitlab_schema) AS p
       WHERE p.gitlab_schema IS NOT NULL AND p.gitlab_schema <> l.gitlab_schema
      """)
  List<String> listMisplacedPartitions();

  /** Tables that nobody classified. */
  @Select(
      """
      SELECT format('table %s is in no gitlab_schema: %s', l.table_name, bbm.how_to_classify(l.table_name))
        FROM bbm.write_locks('{}') AS l
       WHERE l.gitlab_schema IS NULL
       ORDER BY l.table_name
      """)
  List<String> listUnclassified();

  /** How many more ids the tracking tables can hand out. */
  @Select(
      """
      SELECT min(s.max_value - coalesce(s.last_value, 0)) FROM pg_catalog.pg_sequences AS s
       WHERE s.schemaname = 'bbm' AND s.sequencename LIKE 'batched_background_migration%'
      """)
  long loadHeadroom();

  /** The collation version that this server really uses; empty text where it has none. */
  @Select(
      """
      SELECT coalesce(pg_catalog.pg_database_collation_actual_version(d.oid), '') FROM pg_catalog.pg_database AS d
       WHERE d.datname = current_database()
      """)
  String loadCollationVersion();

  /** Moved migrations whose jobs are not as they were noted, each a sentence. */
  @Select(
      """
      SELECT format('%s moved on after the fence', bbm.display_id(m.id))
        FROM bbm.batched_background_migrations AS m
        JOIN bbm.failover_migrations AS f ON f.uid = m.uid AND f.failover_id = #{failover}::uuid AND f.at = 'fence'
       WHERE m.failover_id = #{failover}::uuid AND m.status = 7 AND f.jobs <> bbm.progress_digest(m)
      """)
  List<String> listMovedOn(@Param("failover") String failover);

  /** Tables of the moved schemas with rows written since their lock, in a sample of their pages. */
  @Select(
      """
      SELECT format('table %s was written after its lock', w.table_name)
        FROM bbm.tables_written_since(#{failover}::uuid, ARRAY(SELECT jsonb_array_elements_text(#{moved}::jsonb))) AS w (table_name)
      """)
  List<String> listWritten(@Param("failover") String failover, @Param("moved") String moved);

  /** Remembers the transaction up to which the application could write. */
  @Select(
      """
      UPDATE bbm.failovers SET locked_xid = coalesce(locked_xid, pg_current_xact_id()) WHERE id = #{failover}::uuid RETURNING id::text
      """)
  Optional<String> noteLocked(@Param("failover") String failover);

  /** Migrations whose jobs leave a gap or overlap, each a sentence. */
  @Select(
      """
      SELECT format('%s: the job ranges have a gap or overlap at %s', bbm.display_id(c.id), min(c.min_cursor::text))
        FROM (SELECT m.id, j.min_cursor,
                     j.min_cursor = coalesce(lag(j.max_cursor) OVER (PARTITION BY m.id ORDER BY j.id), m.min_cursor) AS adjoins
                FROM bbm.batched_background_migrations AS m
                JOIN bbm.batched_background_migration_jobs AS j ON j.batched_background_migration_id = m.id
               WHERE m.status IN (0, 1, 3, 5)) AS c
       WHERE NOT c.adjoins
       GROUP BY c.id
      """)
  List<String> listGaps();

  /** Raises BM001 unless such a token would be accepted. */
  @Select("SELECT bbm.gate(#{schema}, #{database}, #{epoch}, #{place}::uuid)")
  Object tryGate(
      @Param("schema") String schema,
      @Param("database") String database,
      @Param("epoch") long epoch,
      @Param("place") String place);

  /** Rows of a small table; null for a large one or one that is not there. */
  @Select(
      """
      SELECT bbm.count_small_tables(ARRAY(SELECT jsonb_array_elements_text(#{moved}::jsonb)))::text
      """)
  String countSmallTables(@Param("moved") String moved);

  /** The highest id handed out by the tracking tables. */
  @Select(
      """
      SELECT min(coalesce(s.last_value, 0)) FROM pg_catalog.pg_sequences AS s
       WHERE s.schemaname = 'bbm' AND s.sequencename IN ('batched_background_migrations_id_seq', 'batched_background_migration_jobs_id_seq')
      """)
  long loadLastId();

  /** Quarantined migrations. */
  @Select(
      """
      SELECT format('%s on table %s', bbm.display_id(m.id), m.table_name)
        FROM bbm.batched_background_migrations AS m WHERE m.status = 8 ORDER BY m.id
      """)
  List<String> listQuarantined();
}
