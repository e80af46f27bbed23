package dev.bbm.workflows.migration;

/** The signal that a migration's row changed; older ones than the workflow has seen are ignored. */
public record Changed(long epoch, long revision) {

  /** Before every change. */
  static final Changed NOTHING = new Changed(0, 0);

  /** What a signal without content announces: whatever was seen, look again. */
  static final Changed ANYTHING = new Changed(Long.MAX_VALUE, Long.MAX_VALUE);

  /** By epoch first: a lost WAL tail sets revisions back, and then the epoch has grown. */
  boolean isAtLeast(Changed other) {
    return epoch == other.epoch ? revision >= other.revision : epoch > other.epoch;
  }
}
