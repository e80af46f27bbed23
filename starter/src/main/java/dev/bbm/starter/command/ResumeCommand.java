package dev.bbm.starter.command;

import dev.bbm.activities.migration.MigrationMapper;
import dev.bbm.starter.config.Surroundings;
import dev.bbm.workflows.failure.ExitCode;
import dev.bbm.workflows.migration.MigrationStatus;
import io.micronaut.context.annotation.Prototype;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Resumes a migration in its row; a failed one starts again with all attempts given back. */
@Prototype
@Command(
    name = "resume",
    description = "Resume a paused or failed migration.",
    footer = {"", "Changes the migration's row: binds while Temporal and all workers are down."},
    exitCodeList = {
      "0:done, or it was active already",
      "2:no such migration",
      "3:refused: its state does not allow it",
      "69:its database does not answer"
    })
final class ResumeCommand implements Callable<Integer> {

  @Parameters(paramLabel = "ID", description = "As list shows it: main_1.")
  private String id;

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      description = "Shown by status, events and the Web UI.")
  private @Nullable String reason;

  @Mixin private OutputOptions output;

  private final Databases databases;
  private final Surroundings surroundings;

  ResumeCommand(Databases databases, Surroundings surroundings) {
    this.databases = databases;
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    MigrationId migration = databases.find(id);
    boolean changed =
        databases.change(
            migration.database(),
            session ->
                session
                    .getMapper(MigrationMapper.class)
                    .resume(migration.number(), reason, surroundings.user()));
    output.print(
        new Outcome(migration.toString(), MigrationStatus.ACTIVE, changed),
        () -> migration + (changed ? " resumed" : " was active already"));
    return ExitCode.DONE.code();
  }
}
