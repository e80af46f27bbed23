package dev.bbm.workflows.failover;

import java.util.Locale;

/** Where a failover stands as a whole. */
public enum FailoverState {
  RUNNING,
  /** Decided and active on the copy; some later step may still run. */
  MOVED,
  /** Fully back, before the decision. */
  ABORTED,
  /** Fully back, after the decision. */
  ROLLED_BACK;

  /** As people read it: {@code rolled back}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
