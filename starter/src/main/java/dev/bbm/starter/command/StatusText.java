package dev.bbm.starter.command;

import static dev.bbm.starter.command.Figures.grouped;
import static dev.bbm.starter.command.Figures.roughly;
import static dev.bbm.starter.command.Figures.time;
import static dev.bbm.starter.command.Figures.timeOfDay;

import dev.bbm.workflows.migration.MigrationView;
import dev.bbm.workflows.migration.Progress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A migration in words: its state, its progress, its facts. */
final class StatusText {

  private static final int BAR = 11;

  private StatusText() {}

  /** Where it stands and why, on one line. */
  static String state(MigrationView view) {
    return switch (view.status()) {
      case ACTIVE -> view.reason() == null ? "active" : "held: " + view.reason() + since(view);
      case PAUSED -> "paused" + by(view) + reason(view) + since(view);
      case FINISHED, FINALIZED ->
          "%s: %s rows, %d failed"
              .formatted(view.status().word(), grouped(view.rows()), view.failedJobs());
      case FAILED ->
          "failed%s; %d jobs, see ./bbm events %s --failures"
              .formatted(reason(view), view.failedJobs(), view.id());
      case FINALIZING, TRANSFERRED, QUARANTINED, STALE -> view.status().word() + reason(view);
    };
  }

  /** {@code ██████░░░░░ 54 % 22,800/s ETA 4 min}, as far as it is known. */
  static String progress(MigrationView view) {
    var parts = new ArrayList<String>();
    if (view.percent() == null) {
      parts.add(grouped(view.rows()) + " rows");
    } else {
      int done = view.percent() == 100 ? BAR : Math.min(BAR - 1, (view.percent() * BAR + 99) / 100);
      parts.add("█".repeat(done) + "░".repeat(BAR - done));
      parts.add(view.percent() + " %");
    }
    if (view.rowsPerSecond() != null && view.status().runs()) {
      parts.add(grouped(view.rowsPerSecond()) + "/s");
    }
    Instant eta = Progress.eta(view);
    if (eta != null) {
      parts.add("ETA " + roughly(Duration.between(view.asOf(), eta)));
    }
    return String.join(" ", parts);
  }

  /** The table of {@code status}. */
  static String facts(MigrationView view) {
    var lines = new ArrayList<String>();
    lines.add(
        "%s  %s on %s.%s"
            .formatted(view.id(), view.jobClassName(), view.tableName(), view.columnName()));
    line(lines, "state", state(view));
    line(lines, "progress", progress(view));
    line(
        lines,
        "rows",
        grouped(view.rows())
            + (view.estimatedRows() == null
                ? ""
                : " of ≈ %s (planner estimate)".formatted(grouped(view.estimatedRows()))));
    line(lines, "cursor", view.columnName() + " " + view.cursor());
    line(
        lines,
        "batches",
        "%s in sub-batches of %s, %d %s"
            .formatted(
                grouped(view.batchSize()),
                grouped(view.subBatchSize()),
                view.lanes(),
                view.lanes() == 1 ? "lane" : "lanes"));
    line(
        lines,
        "failures",
        "%d jobs failed, %d healed".formatted(view.failedJobs(), view.retriedJobs()));
    line(
        lines,
        "owner",
        "%s of %s, epoch %d".formatted(view.ownerDatabase(), view.gitlabSchema(), view.epoch()));
    line(lines, "job class", "hash " + view.jobClassHash());
    line(lines, "started", time(view.startedAt()));
    line(lines, "finished", time(view.finishedAt()));
    line(lines, "next", next(view));
    return String.join("\n", lines);
  }

  private static void line(List<String> lines, String name, String value) {
    if (!value.isEmpty()) {
      lines.add("  %-9s %s".formatted(name, value));
    }
  }

  private static String next(MigrationView view) {
    return switch (view.status()) {
      case ACTIVE, FINALIZING -> "./bbm status %s --watch".formatted(view.id());
      case PAUSED -> "./bbm resume " + view.id();
      case FAILED ->
          "./bbm events %s --failures, then ./bbm resume %s".formatted(view.id(), view.id());
      case FINISHED, FINALIZED, TRANSFERRED, QUARANTINED, STALE -> "";
    };
  }

  private static String by(MigrationView view) {
    return view.by() == null ? "" : " by " + view.by();
  }

  private static String reason(MigrationView view) {
    return view.reason() == null ? "" : ": " + view.reason();
  }

  private static String since(MigrationView view) {
    return view.since() == null ? "" : " since " + timeOfDay(view.since());
  }
}
