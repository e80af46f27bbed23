package dev.bbm.activities.ownership;

import org.jspecify.annotations.Nullable;

/**
 * What became of one table.
 *
 * @param remark why, where the action alone does not say it
 */
public record LockOutcome(WriteLock table, LockAction action, @Nullable String remark) {

  LockOutcome(WriteLock table, LockAction action) {
    this(table, action, null);
  }
}
