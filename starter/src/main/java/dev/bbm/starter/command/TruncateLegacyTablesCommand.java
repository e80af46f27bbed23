package dev.bbm.starter.command;

import dev.bbm.activities.ownership.LegacyTables;
import dev.bbm.activities.ownership.OwnershipMapper;
import dev.bbm.activities.ownership.TruncationStage;
import dev.bbm.activities.topology.DatabaseSettings;
import dev.bbm.starter.config.Surroundings;
import dev.bbm.starter.topology.SchemaPlaces;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import dev.bbm.workflows.failure.ExitCode;
import io.micronaut.context.annotation.Prototype;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Empties the tables of one database that live in another one. */
@Prototype
@Command(
    name = "truncate-legacy-tables",
    description = "Empty the tables of a database that live in another one.",
    footer = {
      "",
      "All of them must be locked for writes, and their gitlab_schema ACTIVE in another database.",
      "Referencing tables first, in stages, each stage a transaction: killed, it goes on where it was."
    },
    exitCodeList = {
      "0:done, or they were empty already",
      "2:no such database or table, or the configuration contradicts the databases",
      "3:refused: one place only, a table not locked or referenced from outside, not confirmed",
      "69:a database does not answer",
      "75:a table was in use each time; the same again does what is left"
    })
final class TruncateLegacyTablesCommand implements Callable<Integer> {

  @Option(
      names = "--database",
      paramLabel = "NAME",
      required = true,
      description = "Whose copies are emptied.")
  private String database;

  @Option(names = "--dry-run", description = "Print the SQL, and do nothing.")
  private boolean dryRun;

  @Option(
      names = "--until-table",
      paramLabel = "TABLE",
      description = "Stop after this table and those before it.")
  private @Nullable String untilTable;

  @Option(
      names = "--min-batch-size",
      paramLabel = "N",
      defaultValue = "5",
      description = "Tables of a stage, at least (default: ${DEFAULT-VALUE}).")
  private int minBatchSize;

  @Option(names = "--yes", description = "Do not ask.")
  private boolean yes;

  @Mixin private OutputOptions output;

  private final Databases databases;
  private final PlacedDatabases placed;
  private final Confirmation confirmation;
  private final Surroundings surroundings;

  TruncateLegacyTablesCommand(
      Databases databases,
      PlacedDatabases placed,
      Confirmation confirmation,
      Surroundings surroundings) {
    this.databases = databases;
    this.placed = placed;
    this.confirmation = confirmation;
    this.surroundings = surroundings;
  }

  private record Truncated(String database, boolean changed, List<TruncationStage> stages) {}

  @Override
  public Integer call() throws IOException {
    String name = databases.settings().database(database).name();
    SchemaPlaces places = placed.look(output.err());
    if (!places.areSeveral()) {
      throw ApplicationException.of(
          ErrorCode.NO_OTHER_PLACE,
          "all configured databases are one place, so no table of \"%s\" lives elsewhere"
              .formatted(name),
          "./bbm db validate-config");
    }
    var legacy =
        new LegacyTables(
            databases.openForMigrations(name), places.seenFrom(name), surroundings.user());
    List<TruncationStage> stages =
        legacy.plan(untilTable, minBatchSize).stream().filter(it -> it.bytes() > 0).toList();
    requireOwners(stages, places.notAt(name));
    if (stages.isEmpty()) {
      say("%s: the legacy tables are empty".formatted(name));
    } else if (dryRun) {
      stages.forEach(it -> say(sql(it)));
    } else {
      truncate(legacy, stages, name);
    }
    if (output.isJson()) {
      output.print(new Truncated(name, !dryRun && !stages.isEmpty(), stages), () -> "");
    }
    return ExitCode.DONE.code();
  }

  /** Somebody else must have the data now: an ACTIVE row at another place. */
  private void requireOwners(List<TruncationStage> stages, List<DatabaseSettings> others) {
    schemas(stages).stream()
        .filter(schema -> others.stream().noneMatch(it -> owns(it, schema)))
        .findFirst()
        .ifPresent(schema -> {
          throw ApplicationException.of(
              ErrorCode.SCHEMA_NOT_ALLOWED,
              "no other database owns gitlab_schema \"%s\", so the tables of \"%s\" may be the only ones"
                  .formatted(schema, database),
              "./bbm db ownership");
        });
  }

  private boolean owns(DatabaseSettings other, String schema) {
    return databases
        .read(other.name(), session -> session.getMapper(OwnershipMapper.class).listOwnership())
        .stream()
        .anyMatch(row -> row.gitlabSchema().equals(schema) && row.isOwnedBy(other.name()));
  }

  private void truncate(LegacyTables legacy, List<TruncationStage> stages, String name)
      throws IOException {
    if (!yes) {
      confirmation.require(
          "Truncate %d tables (%s) of %s in %s?"
              .formatted(
                  stages.stream().mapToInt(TruncationStage::tableCount).sum(),
                  Figures.bytes(stages.stream().mapToLong(TruncationStage::bytes).sum()),
                  String.join(", ", schemas(stages)),
                  name),
          "./bbm db truncate-legacy-tables --database %s --yes".formatted(name),
          output.isJson() ? output.err() : output.out());
    }
    for (TruncationStage stage : stages) {
      legacy.truncate(stage);
      say("truncated %s".formatted(stage.tables()));
    }
  }

  private static List<String> schemas(List<TruncationStage> stages) {
    return stages.stream()
        .flatMap(it -> Arrays.stream(it.gitlabSchemas().split(", ")))
        .distinct()
        .sorted()
        .toList();
  }

  private static String sql(TruncationStage stage) {
    return "-- %s, %s\n%s"
        .formatted(stage.tables(), Figures.bytes(stage.bytes()), stage.statements());
  }

  private void say(String line) {
    if (!output.isJson()) {
      output.out().println(line);
      output.out().flush();
    }
  }
}
