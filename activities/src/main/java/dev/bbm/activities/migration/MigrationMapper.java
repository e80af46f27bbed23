package dev.bbm.activities.migration;

import dev.bbm.workflows.migration.MigrationView;
import java.util.List;
import java.util.Optional;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;
import org.jspecify.annotations.Nullable;

/**
 * The tracking rows of migrations; every change goes through a function of schema {@code bbm},
 * which holds the rules.
 */
public interface MigrationMapper {

  @Select(
      """
      SELECT v.id, v.uid, v.gitlab_schema, v.owner_database, v.epoch, v.revision, v.status, v.job_class_name, v.job_class_hash,
             v.table_name, v.column_name, v.reason, v.by, v.since, v.rows, v.estimated_rows, v.percent, v.rows_per_second, v.cursor,
             v.lanes, v.batch_size, v.sub_batch_size, v.failed_jobs, v.retried_jobs, v.as_of, v.started_at, v.finished_at
        FROM bbm.migration_progress AS v
       WHERE v.uid = #{uid}
      """)
  Optional<MigrationView> findByUid(@Param("uid") String uid);

  @Select(
      """
      SELECT v.id, v.uid, v.gitlab_schema, v.owner_database, v.epoch, v.revision, v.status, v.job_class_name, v.job_class_hash,
             v.table_name, v.column_name, v.reason, v.by, v.since, v.rows, v.estimated_rows, v.percent, v.rows_per_second, v.cursor,
             v.lanes, v.batch_size, v.sub_batch_size, v.failed_jobs, v.retried_jobs, v.as_of, v.started_at, v.finished_at
        FROM bbm.migration_progress AS v
       WHERE v.number = #{number}
      """)
  Optional<MigrationView> findByNumber(@Param("number") long number);

  /**
   * All of this database, oldest first; with a status only those. Small tables: one statement for
   * both.
   */
  @Select(
      """
      SELECT v.id, v.uid, v.gitlab_schema, v.owner_database, v.epoch, v.revision, v.status, v.job_class_name, v.job_class_hash,
             v.table_name, v.column_name, v.reason, v.by, v.since, v.rows, v.estimated_rows, v.percent, v.rows_per_second, v.cursor,
             v.lanes, v.batch_size, v.sub_batch_size, v.failed_jobs, v.retried_jobs, v.as_of, v.started_at, v.finished_at
        FROM bbm.migration_progress AS v
       WHERE #{status}::integer IS NULL OR v.status = #{status}::integer
       ORDER BY v.number
      """)
  List<MigrationView> list(@Param("status") @Nullable Integer status);

  /** The id as people type it, by the name that gives ids here; the row is not looked at. */
  @Select("SELECT bbm.display_id(#{number})")
  String displayId(@Param("number") long number);

  /** Whether it may run and no worker has heard of its last change, or looked at it for 2 min. */
  @Select(
      """
      SELECT EXISTS (
                 SELECT
                   FROM bbm.batched_background_migrations AS m
                  WHERE m.id = #{number} AND m.status IN (1, 5)
                    AND (m.revision > m.announced_revision AND m.updated_at < clock_timestamp() - interval '5 seconds'
                         OR coalesce(m.workflow_seen_at, m.created_at) < clock_timestamp() - interval '2 minutes'))
      """)
  boolean isUnattended(@Param("number") long number);

  /** The number behind a uid; empty when there is no such migration here. */
  @Select("SELECT m.id FROM bbm.batched_background_migrations AS m WHERE m.uid = #{uid}::uuid")
  Optional<Long> findNumber(@Param("uid") String uid);

  /** The migration of a configuration; empty when there is none here. */
  @Select(
      """
      SELECT m.id
        FROM bbm.find_migration(#{jobClass}, #{table}, #{column}, #{arguments}::jsonb) AS m
       WHERE m.id IS NOT NULL
      """)
  Optional<Long> findNumberOf(
      @Param("jobClass") String jobClass,
      @Param("table") String table,
      @Param("column") @Nullable String column,
      @Param("arguments") String arguments);

  /** Raises NOT_FINISHED unless it is finished; marks it finalized. */
  @Select(
      """
      SELECT bbm.ensure_batched_background_migration_is_finished(#{jobClass}, #{table}, #{column}, #{arguments}::jsonb)
      """)
  @Nullable Object ensureFinished(
      @Param("jobClass") String jobClass,
      @Param("table") String table,
      @Param("column") @Nullable String column,
      @Param("arguments") String arguments);

  /** Notes that its workflow lives, so that the sweep need not start it. */
  @Update(
      """
      UPDATE bbm.batched_background_migrations AS u
         SET workflow_seen_at = clock_timestamp()
       WHERE u.uid = #{uid}::uuid
      """)
  int see(@Param("uid") String uid);

  /** What a migration walks over; empty when there is no such migration here. */
  @Select(
      """
      SELECT bbm.display_id(m.id) AS id, m.job_class_name, m.job_class_hash, m.table_schema, m.table_name,
             to_json(m.key_columns)::text AS key_columns, to_json(m.key_types)::text AS key_types,
             m.job_arguments::text AS job_arguments, c.alias, c.scope
        FROM bbm.batched_background_migrations AS m
        LEFT JOIN bbm.job_classes AS c ON c.name = m.job_class_name
       WHERE m.uid = #{uid}::uuid
      """)
  Optional<SliceTarget> findTarget(@Param("uid") String uid);

  /** Whether it was active before; raises MIGRATION_NOT_FOUND or ILLEGAL_TRANSITION. */
  @Select("SELECT bbm.pause_migration(#{number}, #{reason}, #{by})")
  boolean pause(
      @Param("number") long number,
      @Param("reason") @Nullable String reason,
      @Param("by") @Nullable String by);

  /** Whether it was paused or failed before; raises MIGRATION_NOT_FOUND or ILLEGAL_TRANSITION. */
  @Select("SELECT bbm.resume_migration(#{number}, #{reason}, #{by})")
  boolean resume(
      @Param("number") long number,
      @Param("reason") @Nullable String reason,
      @Param("by") @Nullable String by);

  /** Queues by the same function as any hook; the id it has, or had already. */
  @Select(
      """
      SELECT bbm.queue_batched_background_migration(
                 #{jobClassName}, #{tableName}, #{columnName}, #{jobArguments}::jsonb,
                 job_interval => make_interval(secs => #{intervalSeconds}::integer),
                 batch_min_value => #{minValue}, batch_max_value => #{maxValue},
                 batch_size => #{batchSize}, sub_batch_size => #{subBatchSize}, max_batch_size => #{maxBatchSize}::integer,
                 pause_ms => #{pauseMs}, gitlab_schema => #{gitlabSchema}, lanes => #{lanes},
                 queued_migration_version => #{version}, requested_by => #{requestedBy}, once_per_place => #{oncePerPlace})
      """)
  long queue(QueueRequest request);

  /**
   * What was queued; created when the row is of this very transaction, else it was there before.
   */
  @Select(
      """
      SELECT bbm.display_id(m.id) AS id, m.status, m.xmin = pg_current_xact_id()::xid AS created
        FROM bbm.batched_background_migrations AS m
       WHERE m.id = #{number}
      """)
  QueuedMigration loadQueued(@Param("number") long number);

  /** The gitlab_schema of a table by the name that a person writes; empty when it is in none. */
  @Select(
      """
      SELECT s.gitlab_schema
        FROM (SELECT bbm.schema_of_table(coalesce(
                         (SELECT c.relname FROM pg_catalog.pg_class AS c WHERE c.oid = bbm.find_table(#{table})), #{table}))
                         AS gitlab_schema) AS s
       WHERE s.gitlab_schema IS NOT NULL
      """)
  Optional<String> findSchemaOfTable(@Param("table") String table);

  /** The types of a job class's arguments as a JSON array; empty when no such class is loaded. */
  @Select(
      """
      SELECT jsonb_path_query_array(c.arguments, '$[*].type')::text
        FROM bbm.job_classes AS c
       WHERE c.name = regexp_replace(#{jobClass}, '^(::)?(Gitlab::BackgroundMigration::)?', '')
      """)
  Optional<String> findArgumentTypes(@Param("jobClass") String jobClass);

  /**
   * What happened to a migration, or to all of this database when the number is absent, newest
   * first.
   */
  @Select(
      """
      SELECT e.created_at AS at, CASE WHEN e.batched_background_migration_id IS NULL THEN NULL
                                      ELSE bbm.display_id(e.batched_background_migration_id) END AS migration,
             e.gitlab_schema, e.kind, e.by, e.reason, e.number
        FROM bbm.migration_events AS e
       WHERE #{number}::bigint IS NULL OR e.batched_background_migration_id = #{number}::bigint
       ORDER BY e.id DESC
       LIMIT #{limit}
      """)
  List<MigrationEvent> listEvents(
      @Param("number") @Nullable Long number, @Param("limit") int limit);

  /** The job failures of a migration, newest first. */
  @Select(
      """
      SELECT l.created_at AS at, j.id AS job, j.attempts, j.cursor::text AS cursor, j.max_cursor::text AS through,
             l.exception_class, l.exception_message, l.sqlstate
        FROM bbm.batched_background_migration_jobs AS j
        JOIN bbm.batched_background_migration_job_transition_logs AS l ON l.batched_background_migration_job_id = j.id
       WHERE j.batched_background_migration_id = #{number} AND l.next_status = 2
       ORDER BY l.id DESC
       LIMIT #{limit}
      """)
  List<JobFailure> listFailures(@Param("number") long number, @Param("limit") int limit);
}
