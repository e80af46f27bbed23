package dev.bbm.workflows.failover.model;

/** Where the coordinator is: each names the call that it makes next, in the workflow's order. */
@SuppressWarnings("EnumOrdinal") // a state keeps the number, within one run only
enum Step {
  START,
  CHECK,
  FENCE,
  SEE,
  PROMOTE,
  CONFIRM,
  ADOPT,
  RETIRE,
  DECIDE,
  ACTIVATE,
  MOVED,
  ABORT,
  /** An abort that has to retire the copy before it writes the decision. */
  RETIRE_FIRST,
  ABORT_AFTER,
  RETIRE_COPY,
  RESTORE,
  ABORTED,
  FENCE_COPY,
  TAKE_BACK,
  RETIRE_BACK,
  ROLLED_BACK;

  private static final Step[] ALL = values();

  static Step of(int number) {
    return ALL[number];
  }

  /** As kept in a state; later steps of the same way have higher ones. */
  int number() {
    return ordinal();
  }

  /** The next in this same way. */
  Step next() {
    return ALL[ordinal() + 1];
  }

  boolean isForward() {
    return compareTo(MOVED) <= 0;
  }

  /** Whether Temporal, asked by id, knows of a failover. */
  boolean isRunning() {
    return this != START && !isEnd();
  }

  boolean isEnd() {
    return this == MOVED || this == ABORTED || this == ROLLED_BACK;
  }

  boolean isOnCopy() {
    return switch (this) {
      case SEE, PROMOTE, CONFIRM, ADOPT, ACTIVATE -> true;
      case RETIRE_FIRST, RETIRE_COPY, FENCE_COPY, RETIRE_BACK -> true;
      default -> false;
    };
  }
}
