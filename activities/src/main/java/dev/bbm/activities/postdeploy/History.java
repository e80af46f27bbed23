package dev.bbm.activities.postdeploy;

import dev.bbm.activities.postdeploy.FileState.State;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import java.math.BigInteger;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** What one database says was done, beside the files that there are. */
final class History {

  private final String database;
  private final MigrationFiles files;
  private final Map<String, HistoryRow> byVersion = new LinkedHashMap<>();

  History(String database, MigrationFiles files, List<HistoryRow> rows) {
    this.database = database;
    this.files = files;
    rows.forEach(row -> byVersion.put(row.version(), row));
  }

  Optional<HistoryRow> find(String version) {
    return Optional.ofNullable(byVersion.get(version));
  }

  /** In the order in which they were done. */
  List<HistoryRow> rows() {
    return List.copyOf(byVersion.values());
  }

  /** Oldest version first, however long ago others ran that are newer. */
  List<MigrationFile> pending(boolean postDeploy) {
    return files.all().stream()
        .filter(file -> !byVersion.containsKey(file.version()))
        .filter(file -> postDeploy || !file.postDeploy())
        .toList();
  }

  /**
   * Throws MIGRATION_CHANGED for a file that is not what ran; superseded_by is the one edit that
   * may be.
   */
  void requireUnchanged() {
    files.list(byVersion.keySet()).stream()
        .filter(this::isChanged)
        .findFirst()
        .ifPresent(file -> {
          throw changed(file);
        });
  }

  private ApplicationException changed(MigrationFile file) {
    HistoryRow row = Objects.requireNonNull(byVersion.get(file.version()));
    boolean renamed = !row.script().equals(file.script());
    return ApplicationException.of(
        ErrorCode.MIGRATION_CHANGED,
        renamed
            ? "%s ran in database \"%s\" as %s".formatted(file.shown(), database, row.script())
            : "%s was changed after it was done in database \"%s\""
                .formatted(file.shown(), database),
        "restore the file, and put the change into a new one; to do without it, add \"-- superseded_by: <new version>\"");
  }

  private boolean isChanged(MigrationFile file) {
    HistoryRow row = byVersion.get(file.version());
    if (row == null
        || (row.script().equals(file.script())
            && Objects.equals(row.checksum(), file.checksum()))) {
      return false;
    }
    return file.parse().header().supersededBy() == null;
  }

  /** Every file and every row, oldest version first. */
  List<FileState> states() {
    Stream<FileState> rows =
        byVersion.values().stream().map(row -> FileState.done(database, row, state(row)));
    Stream<FileState> waiting =
        pending(true).stream().map(file -> FileState.pending(database, file));
    return Stream.concat(rows, waiting)
        .sorted(Comparator.comparing(state -> new BigInteger(state.version())))
        .toList();
  }

  private State state(HistoryRow row) {
    Optional<MigrationFile> file = files.find(row.version());
    if (file.isEmpty()) {
      return State.NO_FILE;
    }
    if (isChanged(file.get())) {
      return State.CHANGED;
    }
    if (row.supersededBy() != null) {
      return State.SUPERSEDED;
    }
    return row.isSkipped() ? State.SKIPPED : State.RUN;
  }
}
