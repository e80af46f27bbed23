package dev.bbm.workflows.migration;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What can be said about a migration's end. */
public final class Progress {

  private Progress() {}

  /**
   * When it will be done if it goes on as in the last five minutes; null when that cannot be told.
   * Not as since its start, which a resume sets anew: what was done before would count as done
   * since.
   */
  public static @Nullable Instant eta(MigrationView view) {
    Integer percent = view.percent();
    Long rate = view.rowsPerSecond();
    if (percent == null || rate == null || !view.status().runs()) {
      return null;
    }
    if (percent < 1 || rate < 1 || view.rows() < 1) {
      return null;
    }
    long rowsLeft = view.rows() * (100L - percent) / percent;
    return view.asOf().plusSeconds(rowsLeft / rate);
  }
}
