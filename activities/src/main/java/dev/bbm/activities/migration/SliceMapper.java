package dev.bbm.activities.migration;

import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;

/**
 * The life of a job in a slice: claimed, released, failed; its sub-batches are {@link
 * SubBatchTransaction}'s.
 */
public interface SliceMapper {

  /** Commits in the same round trip. */
  @Select(
      """
      SELECT c.verdict, c.reason, c.not_before, c.job_id, c.cursor::text AS cursor, c.bound::text AS bound,
             c.job_through::text AS job_through, c.job_after::text AS job_after, c.sub_batch_size, c.pause_ms
        FROM bbm.claim_job(
                 #{uid}::uuid, #{lane}, #{claim}, #{worker}, #{classHash}, #{maxRunning},
                 #{token.gitlabSchema}, #{token.database}, #{token.epoch}, #{token.place}::uuid) AS c;
      COMMIT
      """)
  ClaimedJob claim(ClaimRequest request);

  /** False when the claim was lost already. */
  @Select("SELECT bbm.release_job(#{job}, #{claim})")
  boolean release(@Param("job") long job, @Param("claim") String claim);

  /** False when the claim was lost already. */
  @Select(
      """
      SELECT bbm.fail_job(
                 #{job}, #{claim}, #{errorClass}, #{message}, #{sqlState},
                 #{token.gitlabSchema}, #{token.database}, #{token.epoch}, #{token.place}::uuid)
      """)
  boolean fail(FailedJob failed);
}
