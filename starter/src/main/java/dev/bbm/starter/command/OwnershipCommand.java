package dev.bbm.starter.command;

import dev.bbm.activities.ownership.OwnershipMapper;
import dev.bbm.activities.ownership.OwnershipRow;
import dev.bbm.activities.topology.DatabaseSettings;
import io.micronaut.context.annotation.Prototype;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows who owns which gitlab_schema, as each database says. */
@Prototype
@Command(
    name = "ownership",
    description = "Show who owns which gitlab_schema, as each database says.",
    footer = {
      "",
      "RUNS says whether migrations of the gitlab_schema run by this connection now, and if not, why.",
      "Below it: tables that live in another database and are not locked for writes."
    },
    exitCodeList = {
      "0:done",
      "3:schema bbm is not installed; the others are shown",
      "69:a database does not answer; the others are shown"
    })
final class OwnershipCommand implements Callable<Integer> {

  /** Enough of a random id to tell places apart. */
  private static final int SHOWN_OF_PLACE = 8;

  @Option(names = "--database", paramLabel = "NAME", description = "Only this database.")
  private @Nullable String database;

  @Mixin private OutputOptions output;

  private final Databases databases;
  private final UnlockedTables unlockedTables;

  OwnershipCommand(Databases databases, UnlockedTables unlockedTables) {
    this.databases = databases;
    this.unlockedTables = unlockedTables;
  }

  /** One gitlab_schema by one connection; {@code whyNot} is null where its migrations run. */
  private record Owned(
      String database,
      String gitlabSchema,
      String owner,
      long epoch,
      String state,
      String place,
      int timeline,
      boolean runs,
      @Nullable String whyNot) {

    static Owned of(String database, OwnershipRow row) {
      String whyNot = row.whyNotOwnedBy(database).orElse(null);
      return new Owned(
          database,
          row.gitlabSchema(),
          row.ownerDatabase(),
          row.epoch(),
          row.state(),
          row.place(),
          row.timeline(),
          whyNot == null,
          whyNot);
    }
  }

  private record Ownership(
      List<Owned> ownership,
      List<Unavailable> unavailable,
      List<UnlockedTables.Found> unlockedTables) {}

  @Override
  public Integer call() {
    List<DatabaseSettings> asked =
        database == null
            ? databases.settings().databases()
            : List.of(databases.settings().database(database));
    var answers =
        databases.readAll(
            asked, session -> session.getMapper(OwnershipMapper.class).listOwnership());
    List<Owned> owned = answers.stream().flatMap(OwnershipCommand::owned).toList();
    var missing = Answer.missing(answers);
    if (missing.size() == asked.size() && !output.isJson()) {
      return Failures.print(output.err(), missing).code();
    }
    List<UnlockedTables.Found> unlocked =
        missing.isEmpty()
            ? unlockedTables.of(asked.stream().map(DatabaseSettings::name).toList())
            : List.of();
    output.print(
        new Ownership(owned, Unavailable.of(missing), unlocked),
        () -> table(owned) + UnlockedTables.lines(unlocked));
    return Failures.print(output.err(), missing).code();
  }

  private static Stream<Owned> owned(Answer<List<OwnershipRow>> answer) {
    return switch (answer) {
      case Answer.Given<List<OwnershipRow>>(String name, List<OwnershipRow> rows) ->
          rows.stream().map(row -> Owned.of(name, row));
      case Answer.Missing<List<OwnershipRow>> _ -> Stream.empty();
    };
  }

  private static String table(List<Owned> owned) {
    var table =
        new TextTable()
            .left("DATABASE")
            .left("GITLAB_SCHEMA")
            .left("OWNER")
            .right("EPOCH")
            .left("STATE")
            .left("PLACE")
            .right("TIMELINE")
            .left("RUNS");
    owned.forEach(it ->
        table.row(
            it.database(),
            it.gitlabSchema(),
            it.owner(),
            String.valueOf(it.epoch()),
            it.state(),
            it.place().substring(0, SHOWN_OF_PLACE),
            it.timeline() == 0 ? "not checked" : String.valueOf(it.timeline()),
            it.whyNot() == null ? "yes" : "no: " + it.whyNot()));
    return table.toString();
  }
}
