package dev.bbm.starter.embedded;

/** How a PostgreSQL server is asked to end (manual, section 18.5). */
public enum StopMode {

  /** Waits for the clients to leave. */
  SMART(ServerSignal.TERM),

  /** Rolls back what is open, and ends in order. */
  FAST(ServerSignal.INT),

  /** Ends without order: the next start recovers from the log, as after a crash. */
  IMMEDIATE(ServerSignal.QUIT);

  private final ServerSignal signal;

  StopMode(ServerSignal signal) {
    this.signal = signal;
  }

  ServerSignal signal() {
    return signal;
  }
}
