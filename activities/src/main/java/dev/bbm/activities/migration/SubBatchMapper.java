package dev.bbm.activities.migration;

import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;
import org.jspecify.annotations.Nullable;

/**
 * The sub-batch transaction in one message for a SQL job, and its two ends for a Java job. An error
 * of one command keeps the server from those that follow it, COMMIT among them.
 */
public interface SubBatchMapper {

  /** All of it; the next bound as a JSON array, null when the job is at its end. */
  @Select(
      OpenSubBatch.CALL
          + """
          SELECT bbm.change_sub_batch(
                     #{open.job}::bigint, #{open.claim}::text, #{open.cursor}::jsonb, #{through}::jsonb, #{guard},
                     #{statement}::text, #{values, typeHandler=org.apache.ibatis.type.ArrayTypeHandler}::text[])::text AS bound;
          COMMIT
          """)
  @Nullable String runAndCommit(
      @Param("open") OpenSubBatch open,
      @Param("through") String through,
      @Param("guard") boolean guard,
      @Param("statement") String statement,
      @Param("values") String[] values);

  /** The begin. A generic plan of a range knows nothing of its width. */
  @Update(OpenSubBatch.CALL + "SET LOCAL plan_cache_mode = force_custom_plan")
  int open(@Param("open") OpenSubBatch open);

  /** The end; the next bound as a JSON array, null when the job is at its end. */
  @Select(
      """
      SELECT bbm.close_sub_batch(
                 #{open.job}::bigint, #{open.claim}::text, #{open.cursor}::jsonb, #{through}::jsonb, #{guard}, #{rows}::bigint)::text AS bound;
      COMMIT
      """)
  @Nullable String closeAndCommit(
      @Param("open") OpenSubBatch open,
      @Param("through") String through,
      @Param("guard") boolean guard,
      @Param("rows") long rows);
}
