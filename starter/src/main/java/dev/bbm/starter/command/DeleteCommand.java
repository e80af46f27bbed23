package dev.bbm.starter.command;

import dev.bbm.activities.migration.OperatorMapper;
import dev.bbm.starter.config.Surroundings;
import dev.bbm.workflows.failure.ExitCode;
import dev.bbm.workflows.migration.MigrationView;
import io.micronaut.context.annotation.Prototype;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Deletes a migration with its jobs. */
@Prototype
@Command(
    name = "delete",
    description = "Delete a migration with its jobs and its events.",
    footer = {
      "",
      "Rows that it has changed stay changed; its sub-batch under way is rolled back. Queueing it again",
      "begins at the first key."
    },
    exitCodeList = {
      "0:deleted",
      "2:no such migration or database",
      "3:refused: its gitlab_schema may not be changed here, or not confirmed",
      "69:its database does not answer"
    })
final class DeleteCommand implements Callable<Integer> {

  @Mixin private MigrationArgument argument;

  @Option(names = "--yes", description = "Do not ask.")
  private boolean yes;

  @Option(names = "--reason", paramLabel = "TEXT", description = "Shown by events.")
  private @Nullable String reason;

  @Mixin private OutputOptions output;

  private final Databases databases;
  private final Confirmation confirmation;
  private final Surroundings surroundings;

  DeleteCommand(Databases databases, Confirmation confirmation, Surroundings surroundings) {
    this.databases = databases;
    this.confirmation = confirmation;
    this.surroundings = surroundings;
  }

  private record Deleted(String id, boolean changed) {}

  @Override
  public Integer call() throws IOException {
    MigrationId migration = argument.find(databases);
    MigrationView view = databases.load(migration);
    if (!yes) {
      confirmation.require(
          "Delete %s (%s on table %s, %s)?"
              .formatted(migration, view.jobClassName(), view.tableName(), StatusText.state(view)),
          "./bbm delete %s --yes".formatted(migration),
          output.isJson() ? output.err() : output.out());
    }
    databases.change(
        migration.database(),
        session -> {
          session
              .getMapper(OperatorMapper.class)
              .delete(migration.number(), reason, surroundings.user());
          return true;
        });
    output.print(new Deleted(migration.toString(), true), () -> migration + " deleted");
    return ExitCode.DONE.code();
  }
}
