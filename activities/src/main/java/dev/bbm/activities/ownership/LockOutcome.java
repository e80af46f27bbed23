package dev.bbm.activities.ownership;

import dev.bbm.workflows.failure.ErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * What became of one table.
 *
 * @param remark why, where the action alone does not say it
 * @param trouble why it was not changed; LOCK_TIMEOUT when it was in use each time
 */
public record LockOutcome(
    WriteLock table, LockAction action, @Nullable String remark, @Nullable ErrorCode trouble) {

  LockOutcome(WriteLock table, LockAction action) {
    this(table, action, null, null);
  }
}
