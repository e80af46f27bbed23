package dev.bbm.activities.migration;

import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;
import org.jspecify.annotations.Nullable;

/** The two ends of the sub-batch transaction; what lies between them is the job class's. */
public interface SubBatchMapper {

  /** For jobs in Java; a SQL job's statement carries this call in its own round trip. */
  @Update(OpenSubBatch.CALL)
  int open(@Param("open") OpenSubBatch open);

  /**
   * Moves the cursor, adds the counter and commits, in one round trip: COMMIT is not reached when
   * close_sub_batch raises. The next bound as a JSON array; null when the job is at its end.
   */
  @Select(
      """
      SELECT bbm.close_sub_batch(
                 #{open.job}::bigint, #{open.claim}::text, #{open.cursor}::jsonb, #{through}::jsonb, #{rows}::bigint)::text AS bound;
      COMMIT
      """)
  @Nullable String closeAndCommit(
      @Param("open") OpenSubBatch open, @Param("through") String through, @Param("rows") long rows);
}
