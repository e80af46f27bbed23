package dev.bbm.starter.demo;

import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;

/**
 * The demonstration's tables, in the form of GitLab's; {@code changes} counts how often a row was
 * changed.
 */
interface DemoMapper {

  @Update(
      """
      CREATE TABLE routes (
          id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          source_id    bigint NOT NULL,
          source_type  text NOT NULL,
          path         text NOT NULL,
          namespace_id bigint,
          changes      integer NOT NULL DEFAULT 0
      ) WITH (fillfactor = 50)
      """)
  int createRoutes();

  @Update(
      """
      CREATE TABLE ci_builds (
          id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          commit_id  bigint NOT NULL,
          name       text NOT NULL,
          project_id bigint,
          changes    integer NOT NULL DEFAULT 0
      ) WITH (fillfactor = 50)
      """)
  int createBuilds();

  @Update(
      """
      INSERT INTO routes (source_id, source_type, path)
      SELECT n, CASE n % 3 WHEN 0 THEN 'Project' ELSE 'Namespace' END, 'group/' || n
        FROM generate_series(1, #{rows}) AS n
      """)
  int fillRoutes(@Param("rows") int rows);

  @Update(
      """
      INSERT INTO ci_builds (commit_id, name)
      SELECT n, 'rspec ' || n
        FROM generate_series(1, #{rows}) AS n
      """)
  int fillBuilds(@Param("rows") int rows);

  /** As a hook would queue: the same function, in the hook's own transaction. */
  @Select(DemoSql.QUEUE_ROUTES)
  long queueRoutes();

  /** As a hook would queue: the same function, in the hook's own transaction. */
  @Select(DemoSql.QUEUE_BUILDS)
  long queueBuilds();

  @Select(
      """
      SELECT count(*) FILTER (WHERE r.changes = 1 AND r.namespace_id = r.source_id) AS once,
             count(*) FILTER (WHERE r.changes > 1) AS more_often,
             count(*) FILTER (WHERE r.changes = 0 OR r.namespace_id IS DISTINCT FROM r.source_id) AS missed
        FROM routes AS r
      """)
  RowCheck checkRoutes();

  @Select(
      """
      SELECT count(*) FILTER (WHERE b.changes = 1 AND b.project_id = b.commit_id / 10) AS once,
             count(*) FILTER (WHERE b.changes > 1) AS more_often,
             count(*) FILTER (WHERE b.changes = 0 OR b.project_id IS DISTINCT FROM b.commit_id / 10) AS missed
        FROM ci_builds AS b
      """)
  RowCheck checkBuilds();

  /** Rows that committed sub-batches have changed. */
  @Select(
      "SELECT coalesce(sum(j.updated_tuples), 0) FROM bbm.batched_background_migration_jobs AS j")
  long countChanged();
}
