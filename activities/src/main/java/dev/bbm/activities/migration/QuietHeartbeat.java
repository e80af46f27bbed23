package dev.bbm.activities.migration;

import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;

/** For slices that run without Temporal: tells nobody, and stops for nobody. */
final class QuietHeartbeat implements Heartbeat {

  @Override
  public boolean shouldStop() {
    return Thread.currentThread().isInterrupted();
  }

  @Override
  public void statementBegins() {}

  @Override
  public void statementEnds() {}

  @Override
  public void pause(int milliseconds) {
    sleep(milliseconds);
  }

  static void sleep(int milliseconds) {
    try {
      Thread.sleep(milliseconds);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw ApplicationException.of(ErrorCode.NOT_FINISHED, "interrupted", null, null, interrupted);
    }
  }

  @Override
  public void close() {}
}
