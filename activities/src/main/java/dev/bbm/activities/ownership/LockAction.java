package dev.bbm.activities.ownership;

/** What was done about a table's write lock, or is left to do. */
public enum LockAction {
  /** It is locked now. */
  LOCKED,
  /** It is unlocked now. */
  UNLOCKED,
  /** It was as it should be, or may not be touched. */
  SKIPPED,
  /** A dry run, or its lock was not to be had. */
  NEEDS_LOCK,
  /** A dry run, or its lock was not to be had. */
  NEEDS_UNLOCK
}
