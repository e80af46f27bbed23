package dev.bbm.activities.failover;

import static dev.bbm.activities.failover.FailoverChecks.on;
import static dev.bbm.activities.failover.Steps.reading;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bbm.activities.ownership.SchemaLocks;
import dev.bbm.activities.topology.Database;
import dev.bbm.workflows.failover.CheckResult;
import dev.bbm.workflows.failover.FailoverRequest;
import dev.bbm.workflows.failover.FailoverScope;
import dev.bbm.workflows.failover.FenceToken;
import dev.bbm.workflows.failover.SchemaEntry;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import dev.bbm.workflows.ownership.OwnershipState;
import dev.bbm.workflows.ownership.TaskQueues;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The checks after a failover. Source: failover-protocol.md, section 3.6. */
final class ChecksAfterwards {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final FailoverServers servers;

  ChecksAfterwards(FailoverServers servers) {
    this.servers = servers;
  }

  List<CheckResult> all(FailoverRequest request, FenceToken fence) {
    FailoverScope scope = request.scope();
    String moved = JournalRow.json(scope.movedSchemas());
    return Stream.<Supplier<CheckResult>>of(
            () ->
                untouched(
                    scope,
                    "C1",
                    "cursors on the source stand as at the fence",
                    it -> it.listMovedOn(scope.id()),
                    "all"),
            () ->
                untouched(
                    scope,
                    "C2",
                    "nothing wrote a moved table of the source since its lock",
                    it -> it.listWritten(scope.id(), moved),
                    "by a sample"),
            () ->
                CheckResult.of(
                    "C3",
                    "job ranges have no gap and no overlap",
                    on(servers.copy(), FailoverCheckMapper::listGaps),
                    "none"),
            () -> locks(scope),
            () -> oldTokens(scope, fence),
            () -> owners(scope),
            () -> rows(moved),
            () -> ids(),
            () -> quarantined())
        .map(check -> FailoverChecks.made("C0", check))
        .toList();
  }

  /** With changes that come back by the operator's own replication, there is nothing to look at. */
  private CheckResult untouched(
      FailoverScope scope,
      String code,
      String what,
      Function<FailoverCheckMapper, List<String>> look,
      String passed) {
    return new ReverseReplication(servers, scope)
        .requireUsable(false)
        .map(it ->
            CheckResult.passed(
                code,
                what,
                "not looked at: subscription \"%s\" brings changes".formatted(it.name())))
        .orElseGet(() -> CheckResult.of(code, what, on(servers.source(), look), passed));
  }

  private CheckResult locks(FailoverScope scope) {
    var problems = new ArrayList<String>();
    addUnlocked(problems, servers.source(), scope.id(), scope::moves);
    addUnlocked(problems, servers.copy(), scope.id(), schema -> !scope.livesOnCopy(schema));
    new SchemaLocks(servers.copy(), scope.id(), scope::moves)
        .list().stream()
            .filter(it -> it.locked())
            .forEach(it ->
                problems.add(
                    "table %s of %s is still locked".formatted(it.table(), servers.copy().name())));
    return CheckResult.of("C4", "write locks on both sides, partitions too", problems, "all");
  }

  private static void addUnlocked(
      List<String> problems, Database database, String failover, Predicate<String> schemas) {
    new SchemaLocks(database, failover, schemas)
        .list().stream()
            .filter(it -> !it.locked())
            .forEach(it ->
                problems.add(
                    "table %s of %s is not locked: ./bbm db lock-writes --database %s"
                        .formatted(it.table(), database.name(), database.name())));
  }

  /** What a zombie worker would show, shown on purpose: refused on both sides. */
  private CheckResult oldTokens(FailoverScope scope, FenceToken fence) {
    var problems = new ArrayList<String>();
    for (SchemaEntry row : entries(servers.source())) {
      Long epoch = fence.epochs().get(row.gitlabSchema());
      if (epoch != null) {
        for (Database database : List.of(servers.source(), servers.copy())) {
          for (String name : List.of(scope.fromDatabase(), scope.toDatabase())) {
            if (isAccepted(database, row, name, epoch - 1)) {
              problems.add(
                  "an old token of %s is accepted by %s"
                      .formatted(row.gitlabSchema(), database.name()));
            }
          }
        }
      }
    }
    return CheckResult.of("C5", "old tokens are refused on both sides", problems, "all refused");
  }

  private static boolean isAccepted(Database database, SchemaEntry row, String name, long epoch) {
    try {
      on(database, it -> it.tryGate(row.gitlabSchema(), name, epoch, row.place()));
      return true;
    } catch (ApplicationException refused) {
      if (refused.code() == ErrorCode.OWNERSHIP_LOST || refused.code() == ErrorCode.DRAINING) {
        return false;
      }
      throw refused;
    }
  }

  /** What an earlier failover has given to a third place is on neither side. */
  private CheckResult owners(FailoverScope scope) {
    var problems = new ArrayList<String>();
    List<SchemaEntry> copy = entries(servers.copy());
    for (SchemaEntry source : entries(servers.source())) {
      String schema = source.gitlabSchema();
      boolean here = source.state() == OwnershipState.ACTIVE;
      boolean there =
          copy.stream()
              .anyMatch(
                  it -> it.gitlabSchema().equals(schema) && it.state() == OwnershipState.ACTIVE);
      boolean elsewhere =
          source.state() == OwnershipState.RETIRED && !scope.id().equals(source.failoverId());
      boolean right =
          TaskQueues.isShared(schema)
              ? here && there
              : scope.moves(schema) ? !here && there : !there && (here || elsewhere);
      if (!right) {
        problems.add(
            "%s is %sactive on the source and %sactive on the copy"
                .formatted(schema, here ? "" : "not ", there ? "" : "not "));
      }
    }
    return CheckResult.of("C6", "each schema has exactly one owner", problems, "each");
  }

  private CheckResult rows(String moved) {
    JsonNode source = parse(on(servers.source(), it -> it.countSmallTables(moved)));
    JsonNode copy = parse(on(servers.copy(), it -> it.countSmallTables(moved)));
    var problems = new ArrayList<String>();
    source
        .propertyStream()
        .forEach(table -> {
          @Nullable JsonNode there = copy.get(table.getKey());
          if (there != null && there.asLong() < table.getValue().asLong()) {
            problems.add(
                "table %s has %d rows on the source and %d on the copy"
                    .formatted(table.getKey(), table.getValue().asLong(), there.asLong()));
          }
        });
    return CheckResult.of(
        "C7", "small moved tables have all their rows", problems, source.size() + " counted");
  }

  private CheckResult ids() {
    long source = on(servers.source(), FailoverCheckMapper::loadLastId);
    long copy = on(servers.copy(), FailoverCheckMapper::loadLastId);
    return CheckResult.of(
        "C8",
        "no id is handed out twice",
        copy > source
            ? List.of()
            : List.of("the copy is at id %d, the source at %d".formatted(copy, source)),
        "the copy goes on at %d".formatted(copy));
  }

  private CheckResult quarantined() {
    List<String> left = on(servers.source(), FailoverCheckMapper::listQuarantined);
    return CheckResult.passed(
        "C9",
        "quarantined migrations are known",
        left.isEmpty() ? "none" : "classify and resume: " + String.join(", ", left));
  }

  private static List<SchemaEntry> entries(Database database) {
    return reading(database, FailoverMapper::listEntries);
  }

  private static JsonNode parse(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
