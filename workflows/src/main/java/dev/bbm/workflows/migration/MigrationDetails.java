package dev.bbm.workflows.migration;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The page of a migration in Temporal's Web UI (User Metadata, Current Details): markdown as that
 * UI renders it. Lists instead of tables, each behind an empty line, without which it is no list
 * there; what is to be typed as code, whose quotes stay straight.
 */
public final class MigrationDetails {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private static final DateTimeFormatter DAY_AND_TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private static final int BAR = 10;

  private MigrationDetails() {}

  /** What Temporal shows when no worker answers; it cannot change later. */
  public static String whenNoWorkerAnswers(String displayId) {
    return "No live page? No worker runs: `./bbm status %s`".formatted(displayId);
  }

  /** The page until the row has been read. */
  static String beforeTheFirstRead(MigrationRun run) {
    return """
    ## ⏳ Waiting for a worker that serves %s
    The migration's row has not been read yet. If this stays: start a worker with `./bbm worker`.
    """
        .formatted(run.taskQueues().slices());
  }

  /** The page for a view. */
  static String of(MigrationView view) {
    return """
    ## %s
    %s

    %s

    %s
    %s
    """
        .formatted(headline(view), explanation(view), bar(view), figures(view), offers(view));
  }

  /** The page when a slice was refused with something that a person must mend. */
  static String ofTrouble(MigrationView view, String trouble) {
    return "## ✗ Cannot run: %s\nLooked at again every 60 s.\n\n%s"
        .formatted(Markdown.plain(Reason.cut(trouble, Reason.MESSAGE)), of(view));
  }

  private static String headline(MigrationView view) {
    return switch (view.status()) {
      case PAUSED -> "⏸ Paused: " + orNone(view.reason());
      case ACTIVE ->
          view.reason() == null ? "▶ Running" : "⏸ Held: " + Markdown.plain(view.reason());
      case FINALIZING -> "▶ Finalizing";
      case FINISHED -> "✓ Finished";
      case FINALIZED -> "✓ Finalized";
      case FAILED -> "✗ Failed: " + orNone(view.reason());
      case TRANSFERRED, QUARANTINED, STALE -> "■ " + view.status().word();
    };
  }

  private static String explanation(MigrationView view) {
    String since =
        view.since() == null ? "" : "Since %s. ".formatted(moment(view.since(), view.asOf()));
    return switch (view.status()) {
      case PAUSED -> since + by(view) + "Resume it with the update `resume`.";
      case ACTIVE ->
          view.reason() == null
              ? "Nothing to do."
              : since + "Goes on by itself when that is over; looked at again every 60 s.";
      case FINALIZING -> "Runs to its end without pauses.";
      case FINISHED, FINALIZED -> since + "Every job succeeded.";
      case FAILED -> since + "See `./bbm events %s`.".formatted(view.id());
      case TRANSFERRED -> "A failover moved it: it goes on when its new owner's workers serve it.";
      case STALE -> "Its schema lives in another database, where it goes on.";
      case QUARANTINED ->
          "No gitlab_schema is known for its table: classify it, then `./bbm resume %s`."
              .formatted(view.id());
    };
  }

  private static String by(MigrationView view) {
    return view.by() == null ? "" : "By %s. ".formatted(Markdown.plain(view.by()));
  }

  private static String bar(MigrationView view) {
    String asOf = "as of %s (press R)".formatted(TIME.format(view.asOf()));
    if (view.percent() == null) {
      return "progress unknown · " + asOf;
    }
    int done = Math.clamp(view.percent() * BAR / 100, 0, BAR);
    return "%s%s **%d %%** · %s"
        .formatted("█".repeat(done), "░".repeat(BAR - done), view.percent(), asOf);
  }

  private static String figures(MigrationView view) {
    String estimate =
        view.estimatedRows() == null
            ? ""
            : " of ≈ %s (planner estimate)".formatted(grouped(view.estimatedRows()));
    return """
    - Rows: %s%s
    - Rate: %s%s
    - Cursor: %s · %s · batch %s / %s
    - Owner: %s, epoch %d, job class %s
    - Failures: %d (%d retried, healed)
    """
        .formatted(
            grouped(view.rows()),
            estimate,
            view.rowsPerSecond() == null
                ? "none yet"
                : grouped(view.rowsPerSecond()) + "/s over 5 min",
            done(view),
            Markdown.plain(CursorText.of(view.columnName(), view.cursor())),
            view.lanes() == 1 ? "1 lane" : view.lanes() + " lanes",
            grouped(view.batchSize()),
            grouped(view.subBatchSize()),
            view.ownerDatabase(),
            view.epoch(),
            view.jobClassHash().substring(0, Math.min(4, view.jobClassHash().length())),
            view.failedJobs(),
            view.retriedJobs());
  }

  private static String done(MigrationView view) {
    Instant eta = Progress.eta(view);
    return eta == null ? "" : " · done ≈ " + moment(eta, view.asOf());
  }

  private static String offers(MigrationView view) {
    return switch (view.status()) {
      case PAUSED -> update("resume");
      case ACTIVE -> update("pause");
      case FINALIZING -> "Nothing to do: it can no longer be paused.";
      case FAILED ->
          "**You can** start it again in a shell: `./bbm resume %s`".formatted(view.id());
      case FINISHED, FINALIZED, TRANSFERRED, QUARANTINED, STALE -> "Nothing to do: it has ended.";
    };
  }

  private static String update(String name) {
    return """
    **You can** (More Actions → Send an Update → one JSON object)

    - `%s` with `{"reason": "…"}`\
    """
        .formatted(name);
  }

  /** With its day, if that is not the day of the page. */
  private static String moment(Instant moment, Instant page) {
    return (dayOf(moment).equals(dayOf(page)) ? TIME : DAY_AND_TIME).format(moment);
  }

  private static LocalDate dayOf(Instant moment) {
    return LocalDate.ofInstant(moment, ZoneOffset.UTC);
  }

  private static String orNone(@Nullable String reason) {
    return reason == null ? "no reason given" : Markdown.plain(reason);
  }

  private static String grouped(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
