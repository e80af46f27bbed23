package dev.bbm.activities.postdeploy;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A file that is done in a database, as its history says.
 *
 * @param gitlabSchema the schema for which it was skipped; null when it was not
 * @param supersededBy the version that superseded it; null when none did
 * @param runAt when {@code --run-skipped} made up for the skip
 */
public record HistoryRow(
    String version,
    String description,
    String script,
    @Nullable Integer checksum,
    Instant installedOn,
    @Nullable String gitlabSchema,
    @Nullable String supersededBy,
    @Nullable Instant runAt) {

  /** Whether it still waits for {@code --run-skipped}. */
  boolean isSkipped() {
    return gitlabSchema != null && runAt == null;
  }
}
