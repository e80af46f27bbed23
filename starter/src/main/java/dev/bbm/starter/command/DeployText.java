package dev.bbm.starter.command;

import dev.bbm.activities.postdeploy.DeployEvent;
import dev.bbm.activities.postdeploy.FileState;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What {@code migrate} says to people. */
final class DeployText {

  private DeployText() {}

  static String of(DeployEvent event) {
    return event.database()
        + ": "
        + switch (event) {
          case DeployEvent.Ran ran ->
              String.format(
                  Locale.ROOT, "ran %s (%.2f s)", ran.script(), ran.took().toMillis() / 1000.0);
          case DeployEvent.Skipped skipped ->
              "skipped %s, marked as run: %s does not live there (./bbm migrate --run-skipped %s once it does)"
                  .formatted(skipped.script(), skipped.gitlabSchema(), skipped.version());
          case DeployEvent.Superseded superseded ->
              "left out %s, marked as run: %s does its work"
                  .formatted(superseded.script(), superseded.supersededBy());
          case DeployEvent.Failed failed ->
              failed.rolledBack()
                  ? "%s is rolled back and not recorded".formatted(failed.script())
                  : "%s is not recorded; its statements before the failed one stay done"
                      .formatted(failed.script());
          case DeployEvent.Queued queued ->
              "queued %s (%s)".formatted(queued.id(), queued.status());
          case DeployEvent.Noticed noticed -> noticed.message();
          case DeployEvent.AwaitingFinalizer awaiting ->
              "waits for %s, which finalizes %s; if it died, for 90 s at most"
                  .formatted(awaiting.finalizer(), awaiting.jobClass());
          case DeployEvent.Finalizing finalizing ->
              "finalizing " + finalizing.migration().id() + " " + percent(finalizing);
          case DeployEvent.Finalized finalized ->
              String.format(
                  Locale.ROOT, "finalized %s: %,d rows", finalized.id(), finalized.rows());
          case DeployEvent.NothingToFinalize nothing ->
              "no batched migration %s on table %s: nothing to finalize"
                  .formatted(nothing.jobClass(), nothing.table());
        };
  }

  /** The files that are done although the run failed; empty when there are none. */
  static Optional<String> left(List<DeployEvent> events) {
    List<String> done =
        events.stream()
            .flatMap(event ->
                script(event).map(it -> "%s (%s)".formatted(it, event.database())).stream())
            .toList();
    return done.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "%d %s done: %s"
                .formatted(
                    done.size(),
                    done.size() == 1 ? "file of this run stays" : "files of this run stay",
                    String.join(", ", done)));
  }

  private static Optional<String> script(DeployEvent event) {
    return switch (event) {
      case DeployEvent.Ran ran -> Optional.of(ran.script());
      case DeployEvent.Skipped skipped -> Optional.of(skipped.script());
      case DeployEvent.Superseded superseded -> Optional.of(superseded.script());
      case DeployEvent.Failed _,
          DeployEvent.Queued _,
          DeployEvent.Noticed _,
          DeployEvent.AwaitingFinalizer _,
          DeployEvent.Finalizing _,
          DeployEvent.Finalized _,
          DeployEvent.NothingToFinalize _ ->
          Optional.empty();
    };
  }

  private static String percent(DeployEvent.Finalizing finalizing) {
    Integer percent = finalizing.migration().percent();
    return percent == null ? "" : percent + " %";
  }

  static boolean isPending(FileState file) {
    return switch (file.state()) {
      case PENDING, PENDING_POST_DEPLOY -> true;
      case RUN, SKIPPED, SUPERSEDED, CHANGED, NO_FILE -> false;
    };
  }

  static String waiting(String database, long files) {
    return "%s: %d %s for ./bbm migrate --post-deploy"
        .formatted(database, files, files == 1 ? "file waits" : "files wait");
  }

  /** A table of every file in every database. */
  static String of(List<FileState> states) {
    if (states.isEmpty()) {
      return "no files";
    }
    var table = new TextTable().left("DATABASE").left("STATE").left("AT").left("FILE");
    states.forEach(it ->
        table.row(
            it.database(),
            words(it),
            it.at() == null ? "" : it.at().truncatedTo(ChronoUnit.SECONDS).toString(),
            it.script()));
    return table.toString();
  }

  private static String words(FileState file) {
    return switch (file.state()) {
      case PENDING_POST_DEPLOY -> "pending (post-deploy)";
      case SKIPPED -> "skipped (%s)".formatted(file.gitlabSchema());
      case SUPERSEDED -> "superseded by " + file.supersededBy();
      case NO_FILE -> "no file";
      case PENDING, RUN, CHANGED -> file.state().name().toLowerCase(Locale.ROOT);
    };
  }
}
