package dev.bbm.starter.command;

import static dev.bbm.starter.command.Figures.grouped;

import dev.bbm.activities.migration.MigrationMapper;
import dev.bbm.activities.topology.DatabaseSettings;
import dev.bbm.starter.config.Settings;
import dev.bbm.workflows.migration.MigrationStatus;
import dev.bbm.workflows.migration.MigrationView;
import io.micronaut.context.annotation.Prototype;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows the migrations of all databases. */
@Prototype
@Command(
    name = "list",
    description = "List the migrations of all databases.",
    footer = {"", "Reads the databases only: works while Temporal is down."},
    exitCodeList = {"0:done", "69:a database does not answer; the others are listed"})
final class ListCommand implements Callable<Integer> {

  @Option(names = "--database", paramLabel = "NAME", description = "Only those of this database.")
  private @Nullable String database;

  @Option(
      names = "--status",
      paramLabel = "STATUS",
      description = "Only those in this state: ${COMPLETION-CANDIDATES}.",
      completionCandidates = StatusConverter.Words.class,
      converter = StatusConverter.class)
  private @Nullable MigrationStatus status;

  @Option(
      names = "--all",
      description =
          "Also what a failover set aside: transferred and stale ones, which run elsewhere.")
  private boolean all;

  @Mixin private OutputOptions output;

  private final Databases databases;

  ListCommand(Databases databases) {
    this.databases = databases;
  }

  private record Listing(List<MigrationView> migrations, List<Unavailable> unavailable) {}

  @Override
  public Integer call() {
    List<DatabaseSettings> asked =
        database == null ? databases.places() : List.of(databases.settings().database(database));
    Integer wanted = status == null ? null : status.code();
    var answers =
        databases.readAll(asked, session -> session.getMapper(MigrationMapper.class).list(wanted));
    List<MigrationView> migrations =
        Answer.given(answers).stream().filter(this::isOfDatabase).filter(this::isShown).toList();
    var missing = Answer.missing(answers);
    if (missing.size() == asked.size() && !output.isJson()) {
      return Failures.print(output.err(), missing).code();
    }
    output.print(
        new Listing(migrations, Unavailable.of(missing)),
        () -> migrations.isEmpty() ? "no migrations" : table(migrations).toString());
    return Failures.print(output.err(), missing).code();
  }

  /** Where two names share a place, each has its own; other places have all of theirs. */
  private boolean isOfDatabase(MigrationView migration) {
    if (database == null) {
      return true;
    }
    Settings settings = databases.settings();
    return databases.hasPlace(database)
        ? settings
            .findDatabase(migration.ownerDatabase())
            .map(it -> databases.hasPlace(it.name()))
            .orElse(true)
        : migration.ownerDatabase().equals(database);
  }

  private boolean isShown(MigrationView migration) {
    return all
        || status != null
        || switch (migration.status()) {
          case TRANSFERRED, STALE -> false;
          case PAUSED, ACTIVE, FINISHED, FAILED, FINALIZING, FINALIZED, QUARANTINED -> true;
        };
  }

  private static TextTable table(List<MigrationView> migrations) {
    var table =
        new TextTable()
            .left("ID")
            .left("STATUS")
            .right("DONE")
            .right("ROWS")
            .left("JOB CLASS")
            .left("TABLE")
            .left("GITLAB_SCHEMA")
            .left("REASON");
    migrations.forEach(it ->
        table.row(
            it.id(),
            it.status().word(),
            it.percent() == null ? "" : it.percent() + " %",
            grouped(it.rows()),
            it.jobClassName(),
            it.tableName() + "." + it.columnName(),
            it.gitlabSchema(),
            it.reason() == null ? "" : it.reason()));
    return table;
  }
}
