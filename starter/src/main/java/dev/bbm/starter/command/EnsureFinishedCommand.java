package dev.bbm.starter.command;

import dev.bbm.activities.migration.MigrationMapper;
import dev.bbm.activities.migration.OperatorMapper;
import dev.bbm.activities.topology.DatabaseSettings;
import dev.bbm.starter.config.Surroundings;
import dev.bbm.workflows.failure.ExitCode;
import dev.bbm.workflows.migration.MigrationStatus;
import io.micronaut.context.annotation.Prototype;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lets a pipeline go on only when a migration is finished. */
@Prototype
@Command(
    name = "ensure-finished",
    description = "Fail unless a migration is finished; mark it finalized.",
    footer = {
      "",
      "Names the migration as queueing did, since ids differ between installations. One that was never",
      "queued is told, and is no failure. Of a table in gitlab_shared every place must be finished."
    },
    exitCodeList = {
      "0:finished, and finalized now; or there is no such migration",
      "1:not finished; with --finalize: a job failed for good",
      "2:unknown database, arguments that are no JSON",
      "3:refused: its gitlab_schema may not be changed here",
      "69:a database does not answer",
    })
final class EnsureFinishedCommand implements Callable<Integer> {

  @Parameters(index = "0", paramLabel = "JOB_CLASS", description = "As it was queued.")
  private String jobClass;

  @Parameters(index = "1", paramLabel = "TABLE", description = "As it was queued.")
  private String table;

  @Parameters(
      index = "2",
      arity = "0..1",
      paramLabel = "COLUMN",
      description = "The key (default: whichever it walks by).")
  private @Nullable String column;

  @ArgGroup(exclusive = true)
  private @Nullable JobArguments arguments;

  @Option(names = "--finalize", description = "Run what is left of it here and now.")
  private boolean finalizeNow;

  @Option(
      names = "--database",
      paramLabel = "NAME",
      description = "Where it is (default: where the table's gitlab_schema lives).")
  private @Nullable String database;

  @Mixin private OutputOptions output;

  private final Databases databases;
  private final Finalizer finalizer;
  private final Surroundings surroundings;

  EnsureFinishedCommand(Databases databases, Finalizer finalizer, Surroundings surroundings) {
    this.databases = databases;
    this.finalizer = finalizer;
    this.surroundings = surroundings;
  }

  private record Ensured(List<Outcome> migrations) {}

  @Override
  public Integer call() {
    var outcomes = new ArrayList<Outcome>();
    var lines = new ArrayList<String>();
    for (DatabaseSettings place : new QueueTarget(databases, table, null, true).choose(database)) {
      Optional<MigrationId> found = find(place.name());
      if (found.isEmpty()) {
        lines.add(
            "%s: no migration %s on table \"%s\": nothing to wait for"
                .formatted(place.name(), jobClass, table));
      } else {
        boolean changed = ensure(found.get());
        outcomes.add(new Outcome(found.get().toString(), MigrationStatus.FINALIZED, changed));
        lines.add("%s %s".formatted(found.get(), changed ? "finalized" : "was finalized already"));
      }
    }
    output.print(new Ensured(outcomes), () -> String.join("\n", lines));
    return ExitCode.DONE.code();
  }

  private Optional<MigrationId> find(String place) {
    return databases
        .read(
            place,
            session -> {
              var migrations = session.getMapper(MigrationMapper.class);
              String given =
                  arguments == null
                      ? "[]"
                      : arguments.asJson(() -> migrations.findArgumentTypes(jobClass));
              return migrations.findNumberOf(jobClass, table, column, given);
            })
        .map(number -> databases.find(Long.toString(number), place));
  }

  private boolean ensure(MigrationId migration) {
    return finalizeNow
        ? finalizer.run(migration, output)
        : databases.change(
            migration.database(),
            session ->
                session
                    .getMapper(OperatorMapper.class)
                    .finalizeMigration(migration.number(), surroundings.user()));
  }
}
