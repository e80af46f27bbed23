package dev.bbm.starter.exactness;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waiting with an end. */
public final class Await {

  private static final int BETWEEN_LOOKS_MILLIS = 30;

  private Await() {}

  public static void until(String what, Duration limit, BooleanSupplier condition) {
    until(() -> what, limit, condition);
  }

  /** The same with words that are asked for at the end only. */
  public static void until(Supplier<String> what, Duration limit, BooleanSupplier condition) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not within %d s: %s".formatted(limit.toSeconds(), what.get()));
      }
      sleep(BETWEEN_LOOKS_MILLIS);
    }
  }

  static void sleep(long milliseconds) {
    try {
      Thread.sleep(milliseconds);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the test was interrupted", interrupted);
    }
  }
}
