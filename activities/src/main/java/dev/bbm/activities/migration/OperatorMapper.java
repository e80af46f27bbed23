package dev.bbm.activities.migration;

import java.util.List;
import java.util.Optional;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.jspecify.annotations.Nullable;

/** What an operator does to a migration by its number; the rules are in the SQL functions. */
public interface OperatorMapper {

  /** Whether it was not finalized before; raises NOT_FINISHED unless every job succeeded. */
  @Select("SELECT bbm.finalize_migration(#{number}, #{by})")
  boolean finalizeMigration(@Param("number") long number, @Param("by") @Nullable String by);

  /** How many failed jobs are tried again. */
  @Select("SELECT bbm.retry_failed_jobs(#{number}, #{reason}, #{by})")
  long retry(
      @Param("number") long number,
      @Param("reason") @Nullable String reason,
      @Param("by") @Nullable String by);

  /** What was changed, in words; empty when it was so before. */
  @Select(
      """
      SELECT c.changes
        FROM bbm.adjust_migration(
                 #{number}, #{batchSize}::integer, #{subBatchSize}::integer, #{maxBatchSize}::integer, #{pauseMs}::integer,
                 #{lanes}::integer, make_interval(secs => #{intervalSeconds}::integer), #{adaptive}, #{reason}, #{by}) AS c (changes)
       WHERE c.changes IS NOT NULL
      """)
  Optional<String> adjust(Adjustment adjustment);

  /** Raises MIGRATION_NOT_FOUND when there is none. */
  @Select("SELECT bbm.delete_migration(#{number}, #{reason}, #{by})")
  @Nullable Object delete(
      @Param("number") long number,
      @Param("reason") @Nullable String reason,
      @Param("by") @Nullable String by);

  /** The jobs of a migration, newest first; with a status only those. */
  @Select(
      """
      SELECT j.id AS job, (ARRAY['pending', 'running', 'failed', 'succeeded'])[j.status + 1] AS status, j.lane, j.attempts,
             j.min_cursor::text AS after, j.cursor::text AS cursor, j.max_cursor::text AS through, j.updated_tuples AS rows,
             j.worker, j.started_at, j.finished_at
        FROM bbm.batched_background_migration_jobs AS j
       WHERE j.batched_background_migration_id = #{number}
         AND (#{status}::integer IS NULL OR j.status = #{status}::integer)
       ORDER BY j.id DESC
       LIMIT #{limit}
      """)
  List<JobRow> listJobs(
      @Param("number") long number,
      @Param("status") @Nullable Integer status,
      @Param("limit") int limit);
}
