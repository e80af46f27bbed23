package dev.bbm.starter.demo;

import java.util.List;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;

/**
 * The demonstration's tables, in the form of GitLab's; {@code changes} counts how often a row was
 * changed by a migration, {@code touched} how often by the writers beside it.
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
          changes      integer NOT NULL DEFAULT 0,
          touched      integer NOT NULL DEFAULT 0
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
          changes    integer NOT NULL DEFAULT 0,
          touched    integer NOT NULL DEFAULT 0
      ) WITH (fillfactor = 50)
      """)
  int createBuilds();

  @Update(
      """
      CREATE TABLE ci_pipelines (
          id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          partition_id bigint,
          changes      integer NOT NULL DEFAULT 0
      ) WITH (fillfactor = 50)
      """)
  int createPipelines();

  @Update(
      """
      CREATE TABLE loose_foreign_keys_deleted_records (
          id                bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          primary_key_value bigint NOT NULL,
          partition         bigint,
          changes           integer NOT NULL DEFAULT 0
      ) WITH (fillfactor = 50)
      """)
  int createDeletedRecords();

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

  @Update(
      """
      INSERT INTO ci_pipelines (partition_id)
      SELECT NULL
        FROM generate_series(1, #{rows}) AS n
      """)
  int fillPipelines(@Param("rows") int rows);

  @Update(
      """
      INSERT INTO loose_foreign_keys_deleted_records (primary_key_value)
      SELECT n
        FROM generate_series(1, #{rows}) AS n
      """)
  int fillDeletedRecords(@Param("rows") int rows);

  /** As a hook would queue: the same function, in the hook's own transaction. */
  @Select(DemoSql.QUEUE_ROUTES)
  long queueRoutes();

  @Select(DemoSql.QUEUE_BUILDS)
  long queueBuilds();

  @Select(DemoSql.QUEUE_PIPELINES)
  long queuePipelines();

  @Select(DemoSql.QUEUE_DELETED_RECORDS)
  long queueDeletedRecords();

  /** GitLab's back-fill of the label made gitlab_main of everything. */
  @Update(
      """
      UPDATE bbm.batched_background_migrations
         SET gitlab_schema = 'gitlab_main'
       WHERE table_name = 'ci_pipelines'
      """)
  int mislabelPipelines();

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

  @Select(
      """
      SELECT count(*) FILTER (WHERE p.changes = 1 AND p.partition_id = 100 + p.id % 3) AS once,
             count(*) FILTER (WHERE p.changes > 1) AS more_often,
             count(*) FILTER (WHERE p.changes = 0 OR p.partition_id IS DISTINCT FROM 100 + p.id % 3) AS missed
        FROM ci_pipelines AS p
      """)
  RowCheck checkPipelines();

  @Select(
      """
      SELECT count(*) FILTER (WHERE d.changes = 1 AND d.partition = d.primary_key_value % 7) AS once,
             count(*) FILTER (WHERE d.changes > 1) AS more_often,
             count(*) FILTER (WHERE d.changes = 0 OR d.partition IS DISTINCT FROM d.primary_key_value % 7) AS missed
        FROM loose_foreign_keys_deleted_records AS d
      """)
  RowCheck checkDeletedRecords();

  /** Those that hold a job or held it last, as a JSON array. */
  @Select(
      "SELECT jsonb_agg(DISTINCT j.worker)::text FROM bbm.batched_background_migration_jobs AS j")
  String findWorkers();

  /** Whether a worker that is not among these, a JSON array, has committed a sub-batch. */
  @Select(
      """
      SELECT EXISTS (SELECT
                       FROM bbm.batched_background_migration_jobs AS j
                      WHERE j.worker <> ALL (ARRAY(SELECT jsonb_array_elements_text(#{known}::jsonb)))
                        AND j.cursor <> coalesce(j.takeover_cursor, j.min_cursor))
      """)
  boolean hasNewWorkerCommitted(@Param("known") String known);

  /** A foreground write. */
  @Update("UPDATE routes SET touched = touched + 1 WHERE id = #{id}")
  int touchRoute(@Param("id") long id);

  @Update("UPDATE ci_builds SET touched = touched + 1 WHERE id = #{id}")
  int touchBuild(@Param("id") long id);

  @Select("SELECT sum(r.touched) FROM routes AS r")
  long countTouchedRoutes();

  @Select("SELECT sum(b.touched) FROM ci_builds AS b")
  long countTouchedBuilds();

  /** Whether this server accepts work for a gitlab_schema, as its rows say. */
  @Select(
      """
      SELECT EXISTS (SELECT
                       FROM bbm.schema_ownership AS o
                      WHERE o.gitlab_schema = #{gitlabSchema} AND o.state = 'ACTIVE')
             AND NOT pg_is_in_recovery()
      """)
  boolean owns(@Param("gitlabSchema") String gitlabSchema);

  /** The job that a worker is at, with the token that it works by. */
  @Select(
      """
      SELECT j.id AS job, coalesce(j.claim, 'released') AS claim, j.cursor::text AS cursor,
             jsonb_build_array((least((j.cursor->>0)::bigint + 1000, (j.max_cursor->>0)::bigint))::text)::text AS through,
             o.gitlab_schema, o.owner_database, o.epoch, o.place::text AS place
        FROM bbm.batched_background_migration_jobs AS j
        JOIN bbm.batched_background_migrations AS m ON m.id = j.batched_background_migration_id
        JOIN bbm.schema_ownership AS o ON o.gitlab_schema = m.gitlab_schema
       WHERE m.table_name = 'ci_builds' AND j.status = 1
       ORDER BY j.id
      """)
  List<HeldJob> listHeldJobs();
}
