package dev.bbm.starter.embedded;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** The wait for a server that was just started. */
record Readiness(WatchedProcess server, Duration limit, Duration betweenAttempts) {

  /**
   * Asks again and again; false when the server ended, the limit is over, or we are interrupted.
   */
  boolean await(BooleanSupplier ready) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (server.isAlive() && System.nanoTime() < deadline) {
      if (ready.getAsBoolean()) {
        return true;
      }
      // The pause between two questions is also the wait for an early end.
      if (server.awaitEnd(betweenAttempts)) {
        return false;
      }
      if (Thread.currentThread().isInterrupted()) {
        return false;
      }
    }
    return false;
  }
}
