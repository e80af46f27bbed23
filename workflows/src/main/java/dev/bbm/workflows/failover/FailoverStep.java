package dev.bbm.workflows.failover;

/** The steps in their order, which binds; each names the state after it. */
public enum FailoverStep {
  CHECK(0, "Checked", "check"),
  LABEL(1, "Labelled", "label every migration by the dictionary"),
  DRAIN(2, "Drained", "drain: let go of running jobs"),
  FENCE(3, "Fenced", "fence the source"),
  LOCK_APP(4, "Application locked out", "pause the application, lock its tables"),
  CATCH_UP(5, "Caught up, fence seen", "wait until the standby shows the fence"),
  PROMOTE(6, "Promoted", "promote the standby"),
  ADOPT(7, "Adopted", "adopt the copy as a place of its own"),
  RETIRE(8, "Source retired", "retire the source"),
  DECIDE(9, "Decided", "decide: no abort after this"),
  ACTIVATE(10, "Active", "activate the copy"),
  REPOINT(11, "Repointed", "lock foreign tables, repoint the application"),
  VERIFY(12, "Verified", "verify both databases");

  private final int number;
  private final String state;
  private final String action;

  FailoverStep(int number, String state, String action) {
    this.number = number;
    this.state = state;
    this.action = action;
  }

  /** As in failover-protocol.md, section 3.3, and in the runbook. */
  public int number() {
    return number;
  }

  /** What is so after it: {@code Fenced}. */
  public String state() {
    return state;
  }

  /** What it does, as one says before it: {@code fence the source}. */
  public String action() {
    return action;
  }

  /** Whether an abort is possible while it runs. */
  public boolean isReversible() {
    return compareTo(DECIDE) < 0;
  }
}
