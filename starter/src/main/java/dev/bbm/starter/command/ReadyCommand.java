package dev.bbm.starter.command;

import dev.bbm.activities.migration.MigrationMapper;
import dev.bbm.activities.topology.DatabaseSettings;
import dev.bbm.workflows.failure.ExitCode;
import dev.bbm.workflows.migration.MigrationView;
import io.micronaut.context.annotation.Prototype;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Whether the next release may be deployed: every migration is finished. */
@Prototype
@Command(
    name = "ready",
    description = "Say whether every migration is finished: exit code 0 means safe to upgrade.",
    footer = {"", "Reads the databases only: works while Temporal is down."},
    exitCodeList = {
      "0:every migration is finished or finalized: safe to upgrade",
      "1:one failed, is paused or set aside: a person must act",
      "69:a database does not answer, so nobody knows",
      "75:some still run; ask again later"
    })
final class ReadyCommand implements Callable<Integer> {

  @Mixin private OutputOptions output;

  private final Databases databases;

  ReadyCommand(Databases databases) {
    this.databases = databases;
  }

  private record Readiness(
      boolean ready, List<MigrationView> unfinished, List<Unavailable> unavailable) {}

  @Override
  public Integer call() {
    List<DatabaseSettings> places = databases.places();
    var answers =
        databases.readAll(places, session -> session.getMapper(MigrationMapper.class).list(null));
    var missing = Answer.missing(answers);
    List<MigrationView> unfinished =
        Answer.given(answers).stream().filter(it -> ending(it) != ExitCode.DONE).toList();
    boolean ready = unfinished.isEmpty() && missing.isEmpty();
    output.print(
        new Readiness(ready, unfinished, Unavailable.of(missing)), () -> text(ready, unfinished));
    ExitCode silent = Failures.print(output.err(), missing);
    if (silent != ExitCode.DONE) {
      return silent.code();
    }
    return unfinished.stream()
        .map(ReadyCommand::ending)
        .min(ExitCode::compareTo)
        .orElse(ExitCode.DONE)
        .code();
  }

  private static String text(boolean ready, List<MigrationView> unfinished) {
    if (ready) {
      return "ready: every migration is finished";
    }
    return unfinished.stream()
        .map(it -> "%s %s".formatted(it.id(), StatusText.state(it)))
        .collect(Collectors.joining("\n", "not ready" + (unfinished.isEmpty() ? "" : "\n"), ""));
  }

  /** What was handed over to another database is finished, or not, there. */
  private static ExitCode ending(MigrationView migration) {
    return switch (migration.status()) {
      case FINISHED, FINALIZED, TRANSFERRED, STALE -> ExitCode.DONE;
      case ACTIVE, FINALIZING -> ExitCode.NOT_FINISHED;
      case PAUSED, FAILED, QUARANTINED -> ExitCode.FAILED;
    };
  }
}
