package dev.bbm.starter.config;

import org.jspecify.annotations.Nullable;

/**
 * The section {@code worker} of bbm.yml.
 *
 * @param slices that run side by side per gitlab_schema
 * @param maxRunning migrations that run side by side per database
 * @param http where the worker tells its health and metrics; null for nowhere
 */
public record WorkerOptions(int slices, int maxRunning, @Nullable HttpAddress http) {

  /** What holds where bbm.yml says nothing. */
  public static final WorkerOptions DEFAULT = new WorkerOptions(4, 4);

  /** Without HTTP. */
  public WorkerOptions(int slices, int maxRunning) {
    this(slices, maxRunning, null);
  }

  public WorkerOptions {
    if (slices < 1 || maxRunning < 1) {
      throw new IllegalArgumentException(
          "slices and running migrations must be at least 1: %d, %d".formatted(slices, maxRunning));
    }
  }
}
