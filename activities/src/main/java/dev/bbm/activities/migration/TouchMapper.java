package dev.bbm.activities.migration;

import dev.bbm.activities.ownership.OwnershipToken;
import java.util.Optional;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.jspecify.annotations.Nullable;

/** What a job in Java does to a database beside its own. */
public interface TouchMapper {

  /**
   * Passes the gate and moves the cursor there; false when an earlier attempt has written this
   * range already.
   */
  @Select(
      """
      SELECT bbm.open_touch(
                 #{uid}::uuid, #{job}, #{jobAfter}::jsonb, #{after}::jsonb, #{through}::jsonb,
                 #{token.gitlabSchema}, #{token.database}, #{token.epoch}, #{token.place}::uuid)
      """)
  boolean open(TouchRequest touch);

  /** Passes the gate; nothing can be written afterwards. */
  @Select("SELECT bbm.open_reading(#{gitlabSchema}, #{database}, #{epoch}, #{place}::uuid)")
  @Nullable Object openReading(OwnershipToken token);

  /** Raises when the transaction used a table of another gitlab_schema. */
  @Select("SELECT bbm.guard_transaction(#{jobClass}, #{gitlabSchema}, '{}')")
  @Nullable Object guard(
      @Param("jobClass") String jobClass, @Param("gitlabSchema") String gitlabSchema);

  /** How far an attempt at this cursor has written already. */
  @Select(
      """
      SELECT t.through::text
        FROM bbm.touched_cursors AS t
       WHERE t.uid = #{uid}::uuid AND t.job_id = #{job} AND t.after = #{after}::jsonb
      """)
  Optional<String> findThrough(
      @Param("uid") String uid, @Param("job") long job, @Param("after") String after);
}
