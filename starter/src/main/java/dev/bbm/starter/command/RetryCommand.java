package dev.bbm.starter.command;

import dev.bbm.activities.migration.OperatorMapper;
import dev.bbm.starter.config.Surroundings;
import dev.bbm.workflows.failure.ExitCode;
import io.micronaut.context.annotation.Prototype;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Gives the failed jobs of a migration their attempts back. */
@Prototype
@Command(
    name = "retry",
    description = "Try the failed jobs of a migration again.",
    footer = {"", "A failed migration is active again; one that runs or is paused stays so."},
    exitCodeList = {
      "0:done, or no job has failed",
      "2:no such migration or database",
      "3:refused: its state does not allow it",
      "69:its database does not answer"
    })
final class RetryCommand implements Callable<Integer> {

  @Mixin private MigrationArgument argument;

  @Option(names = "--reason", paramLabel = "TEXT", description = "Shown by events.")
  private @Nullable String reason;

  @Mixin private OutputOptions output;

  private final Databases databases;
  private final Surroundings surroundings;

  RetryCommand(Databases databases, Surroundings surroundings) {
    this.databases = databases;
    this.surroundings = surroundings;
  }

  private record Retried(String id, long jobs) {}

  @Override
  public Integer call() {
    MigrationId migration = argument.find(databases);
    long jobs =
        databases.change(
            migration.database(),
            session ->
                session
                    .getMapper(OperatorMapper.class)
                    .retry(migration.number(), reason, surroundings.user()));
    output.print(new Retried(migration.toString(), jobs), () -> line(migration, jobs));
    return ExitCode.DONE.code();
  }

  private static String line(MigrationId migration, long jobs) {
    if (jobs == 0) {
      return "%s has no failed jobs without attempts".formatted(migration);
    }
    return "%s: %d failed %s tried again"
        .formatted(migration, jobs, jobs == 1 ? "job is" : "jobs are");
  }
}
