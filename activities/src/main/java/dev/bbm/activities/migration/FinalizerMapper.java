package dev.bbm.activities.migration;

import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.jspecify.annotations.Nullable;

/** Who finalizes a migration inline. */
public interface FinalizerMapper {

  /** Makes the migration the finalizer's; null, or who else finalizes it now. */
  @Select("SELECT bbm.begin_finalizing(#{number}, #{finalizer})")
  @Nullable String begin(@Param("number") long number, @Param("finalizer") String finalizer);

  /** Gives it back; unfinished, it is active again. */
  @Select("SELECT bbm.end_finalizing(#{number}, #{finalizer}, #{reason})")
  @Nullable Object end(
      @Param("number") long number,
      @Param("finalizer") String finalizer,
      @Param("reason") String reason);
}
