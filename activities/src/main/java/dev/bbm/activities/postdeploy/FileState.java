package dev.bbm.activities.postdeploy;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where a file stands in one database.
 *
 * @param gitlabSchema the schema for which it was skipped; null when it was not
 * @param supersededBy the version that superseded it; null when none did
 * @param at when it was done; null while it is pending
 */
public record FileState(
    String database,
    String version,
    String script,
    State state,
    @Nullable String gitlabSchema,
    @Nullable String supersededBy,
    @Nullable Instant at) {

  /** The words of {@code migrate --status}. */
  public enum State {
    PENDING,
    /** Pending, and run by {@code --post-deploy} only. */
    PENDING_POST_DEPLOY,
    RUN,
    SKIPPED,
    SUPERSEDED,
    /** Done, but the file was edited since. */
    CHANGED,
    /** Done, but there is no such file any more. */
    NO_FILE
  }

  static FileState pending(String database, MigrationFile file) {
    return new FileState(
        database,
        file.version(),
        file.script(),
        file.postDeploy() ? State.PENDING_POST_DEPLOY : State.PENDING,
        null,
        null,
        null);
  }

  static FileState done(String database, HistoryRow row, State state) {
    return new FileState(
        database,
        row.version(),
        row.script(),
        state,
        row.gitlabSchema(),
        row.supersededBy(),
        row.runAt() == null ? row.installedOn() : row.runAt());
  }
}
