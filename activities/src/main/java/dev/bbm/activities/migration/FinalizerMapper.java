package dev.bbm.activities.migration;

import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.jspecify.annotations.Nullable;

/** Who finalizes a migration inline. */
public interface FinalizerMapper {

  /** Makes the migration the finalizer's; raises ILLEGAL_TRANSITION when it is another's. */
  @Select("SELECT bbm.begin_finalizing(#{number}, #{finalizer})")
  @Nullable Object begin(@Param("number") long number, @Param("finalizer") String finalizer);

  /** Gives it back; unfinished, it is active again. */
  @Select("SELECT bbm.end_finalizing(#{number}, #{finalizer}, #{reason})")
  @Nullable Object end(
      @Param("number") long number,
      @Param("finalizer") String finalizer,
      @Param("reason") String reason);

  /** Its lanes, and those that have a running job left from before. */
  @Select(
      """
      SELECT greatest(m.lanes, (SELECT max(j.lane) + 1
                                  FROM bbm.batched_background_migration_jobs AS j
                                 WHERE j.batched_background_migration_id = m.id AND j.status = 1))::integer
        FROM bbm.batched_background_migrations AS m
       WHERE m.id = #{number}
      """)
  int countLanes(@Param("number") long number);
}
