package dev.bbm.starter.command;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bbm.activities.ownership.OwnershipMapper;
import dev.bbm.activities.ownership.OwnershipRow;
import dev.bbm.activities.topology.Database;
import dev.bbm.starter.config.Surroundings;
import dev.bbm.starter.topology.PromotionCheck;
import dev.bbm.starter.topology.Witness;
import dev.bbm.starter.topology.Witness.Verdict;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import dev.bbm.workflows.failure.ExitCode;
import io.micronaut.context.annotation.Prototype;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Follows an ordinary promotion of a database, where workers do not by themselves. */
@Prototype
@Command(
    name = "takeover",
    description = "Let a promoted server run its gitlab_schemas again, on its new timeline.",
    footer = {
      "",
      "After a promotion everything stops by itself. Workers take over after 10 s, if every other configured server",
      "is a standby, retired, or of this database and silent, and no failover is under way. Else a person decides.",
      "Cursors are read from the promoted server: what it has lost of the old one is done again, once."
    },
    exitCodeList = {
      "0:taken over, or there was nothing to take over; with --dry-run: it may be taken over",
      "2:no such database",
      "3:refused: a failover is under way, another server owns a gitlab_schema, or not confirmed",
      "69:the database, or Temporal, does not answer; nothing was changed"
    })
final class FailoverTakeoverCommand implements Callable<Integer> {

  @Parameters(paramLabel = "DATABASE", description = "As bbm.yml names it: main.")
  private String name;

  @Option(
      names = "--dry-run",
      description = "Say what was found and would be done, and do nothing.")
  private boolean dryRun;

  @Option(names = "--yes", description = "Do not ask.")
  private boolean yes;

  @Option(
      names = "--without-temporal",
      description =
          "Do not ask Temporal for a running failover: it is lost, and you know that none runs.")
  private boolean withoutTemporal;

  @Mixin private OutputOptions output;

  private final Databases databases;
  private final FailoverGuard failovers;
  private final Confirmation confirmation;
  private final Surroundings surroundings;

  FailoverTakeoverCommand(
      Databases databases,
      FailoverGuard failovers,
      Confirmation confirmation,
      Surroundings surroundings) {
    this.databases = databases;
    this.failovers = failovers;
    this.confirmation = confirmation;
    this.surroundings = surroundings;
  }

  /** What was found, and what follows; {@code taken} is empty before and without the takeover. */
  private record Findings(
      String database,
      String server,
      List<String> waiting,
      List<String> retired,
      List<Witness> others,
      List<String> taken) {}

  @Override
  public Integer call() throws IOException {
    Database database = databases.open(databases.settings().database(name).name());
    List<OwnershipRow> rows =
        databases.read(name, session -> session.getMapper(OwnershipMapper.class).listOwnership());
    List<OwnershipRow> waiting = PromotionCheck.waiting(rows, name);
    if (waiting.isEmpty()) {
      requireNoFailoverOf(rows);
      say(database, waiting, List.of(), List.of());
      return ExitCode.DONE.code();
    }
    if (rows.stream().anyMatch(OwnershipRow::failoverUndecided)) {
      throw refused(
          "database \"%s\" was promoted in the middle of a failover".formatted(name),
          "./bbm failover resume");
    }
    if (!withoutTemporal) {
      failovers.requireNone();
    }
    List<Witness> witnesses = check(database).ask(rows);
    if (dryRun || !output.isJson()) {
      say(database, waiting, witnesses, List.of());
    }
    requireNoRefusal(witnesses);
    if (!dryRun) {
      takeOver(database, waiting, witnesses);
    }
    return ExitCode.DONE.code();
  }

  private PromotionCheck check(Database database) {
    return new PromotionCheck(
        database,
        databases.settings().databases().stream()
            .map(it -> it.name().equals(name) ? database : databases.openAnyway(it.name()))
            .toList());
  }

  /** A fenced gitlab_schema waits for its failover, not for a takeover. */
  private void requireNoFailoverOf(List<OwnershipRow> rows) {
    rows.stream()
        .filter(row -> row.ownerDatabase().equals(name))
        .filter(row -> List.of("FENCED", "READY").contains(row.state()))
        .findFirst()
        .ifPresent(row -> {
          throw refused(
              "gitlab_schema \"%s\" of database \"%s\" is %s: a failover is under way"
                  .formatted(row.gitlabSchema(), name, row.state()),
              "./bbm failover resume");
        });
  }

  private static void requireNoRefusal(List<Witness> witnesses) {
    witnesses.stream()
        .filter(witness -> witness.verdict() == Verdict.REFUSED)
        .findFirst()
        .ifPresent(witness -> {
          throw refused(witness.sentence(), "./bbm db ownership");
        });
  }

  private void takeOver(Database database, List<OwnershipRow> waiting, List<Witness> witnesses)
      throws IOException {
    List<String> moved = moved(witnesses);
    if (!yes) {
      confirmation.require(
          "Take over %s at %s?".formatted(schemas(waiting, moved), database.current().url()),
          "--yes",
          output.out());
    }
    List<String> taken =
        strings(
            databases.change(
                name,
                session ->
                    session
                        .getMapper(OwnershipMapper.class)
                        .takeOverTimeline(
                            name, String.valueOf(surroundings.user()), Json.write(moved))));
    if (output.isJson()) {
      output.print(findings(database, waiting, witnesses, taken), () -> "");
    } else {
      output.out().println("%s: took over %s".formatted(name, String.join(", ", taken)));
      if (!moved.isEmpty()) {
        output
            .out()
            .println(
                "%s: retired %s; lock its tables again: ./bbm db lock-writes --database %s"
                    .formatted(name, String.join(", ", moved), name));
      }
      output.out().flush();
    }
  }

  private void say(
      Database database, List<OwnershipRow> waiting, List<Witness> witnesses, List<String> taken) {
    output.print(
        findings(database, waiting, witnesses, taken), () -> text(database, waiting, witnesses));
  }

  private Findings findings(
      Database database, List<OwnershipRow> waiting, List<Witness> witnesses, List<String> taken) {
    return new Findings(
        name,
        database.current().url(),
        waiting.stream().map(OwnershipRow::gitlabSchema).toList(),
        moved(witnesses),
        witnesses,
        taken);
  }

  private String text(Database database, List<OwnershipRow> waiting, List<Witness> witnesses) {
    if (waiting.isEmpty()) {
      return "%s: nothing to take over at %s".formatted(name, database.current().url());
    }
    OwnershipRow first = waiting.getFirst();
    String found =
        "%s: %s was promoted from timeline %d to %d; %s wait for takeover"
            .formatted(
                name,
                database.current().url(),
                first.timeline(),
                first.currentTimeline(),
                schemas(waiting, List.of()));
    if (witnesses.isEmpty()) {
      return found;
    }
    var table = new TextTable().left("SERVER").left("DATABASE").left("IT").left("SO");
    witnesses.forEach(it -> table.row(it.server(), it.database(), it.says(), verdict(it)));
    return found + "\n" + table;
  }

  private static String verdict(Witness witness) {
    return switch (witness.verdict()) {
      case FINE -> "nothing against it";
      case PERSON_DECIDES ->
          witness.moved().isEmpty()
              ? "you decide"
              : "%s is retired here".formatted(String.join(", ", witness.moved()));
      case REFUSED -> "refused";
    };
  }

  private static List<String> moved(List<Witness> witnesses) {
    return witnesses.stream().flatMap(it -> it.moved().stream()).distinct().sorted().toList();
  }

  private static List<String> strings(String json) {
    return Json.read(json).stream().flatMap(JsonNode::valueStream).map(JsonNode::asText).toList();
  }

  private static String schemas(List<OwnershipRow> waiting, List<String> without) {
    return waiting.stream()
        .map(OwnershipRow::gitlabSchema)
        .filter(schema -> !without.contains(schema))
        .collect(Collectors.joining(", "));
  }

  private static ApplicationException refused(String message, String hint) {
    return ApplicationException.of(ErrorCode.TAKEOVER_REFUSED, message, hint);
  }
}
