package dev.bbm.starter.config;

/**
 * The section {@code worker} of bbm.yml.
 *
 * @param slices that run side by side per gitlab_schema
 * @param maxRunning migrations that run side by side per database
 */
public record WorkerOptions(int slices, int maxRunning) {

  /** What holds where bbm.yml says nothing. */
  public static final WorkerOptions DEFAULT = new WorkerOptions(4, 4);

  public WorkerOptions {
    if (slices < 1 || maxRunning < 1) {
      throw new IllegalArgumentException(
          "slices and running migrations must be at least 1: %d, %d".formatted(slices, maxRunning));
    }
  }
}
