package dev.bbm.workflows.failure;

/** Who must act on an error, and so whether Temporal retries it. */
public enum ErrorCategory {
  /** The input or the job's own SQL is wrong: never retried as it is. */
  USER(false),
  /** The state of the data forbids it: never retried as it is. */
  CONFLICT(false),
  /** It passes by itself: retried with back-off. */
  TRANSIENT(true),
  /** A server does not answer: retried without end. */
  UNAVAILABLE(true),
  /** A bug: never retried. */
  INTERNAL(false);

  private final boolean retried;

  ErrorCategory(boolean retried) {
    this.retried = retried;
  }

  /** Whether the same call may succeed later. */
  public boolean isRetried() {
    return retried;
  }
}
