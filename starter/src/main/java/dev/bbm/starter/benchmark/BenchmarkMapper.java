package dev.bbm.starter.benchmark;

import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;

/** The benchmark's table and procedure. */
interface BenchmarkMapper {

  @Update("DROP TABLE IF EXISTS narrow")
  int dropTable();

  /** Narrow rows; autovacuum off, so that it does not hit one contender and not the other. */
  @Update(
      """
      CREATE TABLE narrow (
          id bigint PRIMARY KEY,
          n  integer NOT NULL DEFAULT 0
      ) WITH (autovacuum_enabled = off)
      """)
  int createTable();

  @Update("INSERT INTO narrow (id) SELECT i FROM generate_series(1, #{rows}) AS i")
  int fill(@Param("rows") int rows);

  /** The peer: what an experienced engineer types into psql. */
  @Update(
      """
      CREATE OR REPLACE PROCEDURE plain_loop(sub_batch_size integer)
      LANGUAGE plpgsql AS
      $$
      DECLARE
          done  bigint := 0;
          bound bigint;
      BEGIN
          LOOP
              SELECT t.id INTO bound FROM narrow AS t WHERE t.id > done ORDER BY t.id OFFSET sub_batch_size - 1 LIMIT 1;
              IF bound IS NULL THEN
                  SELECT max(t.id) INTO bound FROM narrow AS t WHERE t.id > done;
              END IF;
              EXIT WHEN bound IS NULL;
              UPDATE narrow SET n = n + 1 WHERE id > done AND id <= bound;
              COMMIT;
              done := bound;
          END LOOP;
      END
      $$
      """)
  int createPlainLoop();

  @Update("DELETE FROM bbm.batched_background_migrations")
  int forgetMigrations();

  /** Back to back and without pauses, as the loops run. */
  @Select(
      """
      SELECT bbm.queue_batched_background_migration(
                 'BenchmarkNarrow', 'narrow', 'id', batch_size => 100000, sub_batch_size => #{subBatchSize}, pause_ms => 0)
      """)
  long queue(@Param("subBatchSize") int subBatchSize);

  /** From the first job's start to the end of the migration, in milliseconds; -1 while it runs. */
  @Select(
      """
      SELECT coalesce((
          SELECT extract(epoch FROM m.finished_at - (SELECT min(j.started_at) FROM bbm.batched_background_migration_jobs AS j)) * 1000
            FROM bbm.batched_background_migrations AS m
           WHERE m.status = 3), -1)::bigint
      """)
  long millisecondsSpent();

  @Select("SELECT count(*) FROM narrow AS t WHERE t.n <> 1")
  long countWrong();
}
