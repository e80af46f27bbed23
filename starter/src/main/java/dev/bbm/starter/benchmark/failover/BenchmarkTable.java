package dev.bbm.starter.benchmark.failover;

import java.util.Locale;

/** A table with a migration of its own. */
record BenchmarkTable(Side side, int number) {

  String name() {
    return String.format(Locale.ROOT, "%s_%02d", side.tables(), number);
  }

  String jobClass() {
    return String.format(
        Locale.ROOT, "Benchmark%s%02d", side == Side.CI ? "Builds" : "Projects", number);
  }

  /**
   * Each row counts how often it was changed and keeps when its sub-batch's transaction began and
   * when it was let through.
   */
  String jobFile() {
    return """
    -- job_class: %s
    -- operation: update_all
    -- feature_category: database
    UPDATE %s SET changes = changes + 1, began_at = now(), changed_at = clock_timestamp() WHERE ${subBatch}
    """
        .formatted(jobClass(), name());
  }
}
