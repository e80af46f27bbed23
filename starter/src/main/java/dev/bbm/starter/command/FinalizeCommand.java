package dev.bbm.starter.command;

import dev.bbm.workflows.failure.ExitCode;
import dev.bbm.workflows.migration.MigrationStatus;
import io.micronaut.context.annotation.Prototype;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Brings a migration to its end here and now, and marks it finalized. */
@Prototype
@Command(
    name = "finalize",
    description = "Run what is left of a migration in this process, and mark it finalized.",
    footer = {
      "",
      "Failed jobs get their attempts back; pacing and turns no longer count; workers leave it alone.",
      "Needs neither a worker nor Temporal. If this process dies, workers go on with it after 90 s."
    },
    exitCodeList = {
      "0:finalized, or it was finalized already",
      "1:a job failed for good, or it cannot be run now; what is done stays done",
      "2:no such migration or database",
      "3:refused: its gitlab_schema may not be changed here",
      "69:its database does not answer",
    })
final class FinalizeCommand implements Callable<Integer> {

  @Mixin private MigrationArgument argument;
  @Mixin private OutputOptions output;

  private final Databases databases;
  private final Finalizer finalizer;

  FinalizeCommand(Databases databases, Finalizer finalizer) {
    this.databases = databases;
    this.finalizer = finalizer;
  }

  @Override
  public Integer call() {
    MigrationId migration = argument.find(databases);
    databases.load(migration);
    boolean changed = finalizer.run(migration, output);
    output.print(
        new Outcome(migration.toString(), MigrationStatus.FINALIZED, changed),
        () -> "%s %s".formatted(migration, changed ? "finalized" : "was finalized already"));
    return ExitCode.DONE.code();
  }
}
