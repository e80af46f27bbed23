package dev.bbm.activities.failover;

import static dev.bbm.activities.failover.Steps.reading;

import dev.bbm.activities.topology.Database;
import dev.bbm.activities.topology.PlaceMapper;
import dev.bbm.workflows.failover.CheckResult;
import dev.bbm.workflows.failover.FailoverRequest;
import dev.bbm.workflows.failover.FenceToken;
import dev.bbm.workflows.failover.Hook;
import dev.bbm.workflows.failure.ApplicationException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The checks before a failover, P1 to P13. They change nothing. Source: failover-protocol.md,
 * section 3.4.
 */
public final class FailoverChecks {

  /** A standby further behind would make the write-pause long. */
  private static final long LONGEST_LAG_BYTES = 16L * 1024 * 1024;

  /** What adopting the copy skips, twice. */
  private static final long NEEDED_IDS = 4_000_000;

  private final FailoverServers servers;
  private final Map<Hook, HookCommand> hooks;

  /** Connects to nothing yet. */
  public FailoverChecks(FailoverServers servers, Map<Hook, HookCommand> hooks) {
    this.servers = servers;
    this.hooks = Map.copyOf(hooks);
  }

  /** All of them, whatever fails; a check that cannot be made has failed. */
  public List<CheckResult> before(FailoverRequest request) {
    String moved = JournalRow.json(request.scope().movedSchemas());
    return Stream.<Supplier<CheckResult>>of(
            () -> labels(),
            () -> spanning(moved),
            () -> servers(),
            () -> standby(request),
            () -> transactions(request, moved),
            () ->
                CheckResult.of(
                    "P6",
                    "deploys are frozen",
                    on(servers.source(), FailoverCheckMapper::listDeploys),
                    "none runs; freeze them until the end"),
            () -> CheckResult.passed("P7", "no other failover is undecided", "the journal is ours"),
            () ->
                CheckResult.passed(
                    "P8",
                    "workers have the gate",
                    "connected: " + on(servers.source(), FailoverCheckMapper::loadWorkers)),
            () -> partitions(),
            () -> headroom(),
            () -> new FailoverRehearsal(servers).rehearse(request),
            () -> hooks(request),
            () -> collations())
        .map(check -> made("P0", check))
        .toList();
  }

  /** The checks after it, C1 to C9. */
  public List<CheckResult> after(FailoverRequest request, FenceToken fence) {
    return new ChecksAfterwards(servers).all(request, fence);
  }

  /** A server that does not answer, or a right that is missing, fails the check that needed it. */
  static CheckResult made(String code, Supplier<CheckResult> check) {
    try {
      return check.get();
    } catch (ApplicationException failure) {
      return CheckResult.of(
          code,
          "every check can be made",
          List.of(String.valueOf(failure.getMessage())),
          failure.code().name());
    }
  }

  private CheckResult labels() {
    List<String> unknown = on(servers.source(), FailoverCheckMapper::listUnknownTables);
    return CheckResult.passed(
        "P1",
        "every migration's table is classified",
        unknown.isEmpty() ? "all" : "step 1 will quarantine " + String.join(", ", unknown));
  }

  private CheckResult spanning(String moved) {
    return CheckResult.of(
        "P2",
        "no unfinished migration touches both sides",
        on(servers.source(), it -> it.listSpanning(moved)).stream()
            .map(it -> it + ": finish it first")
            .toList(),
        "none");
  }

  private CheckResult servers() {
    long key = ThreadLocalRandom.current().nextLong();
    boolean different =
        servers
            .source()
            .transactions()
            .reading(session -> {
              session.getMapper(PlaceMapper.class).holdKey(key);
              return servers
                  .copy()
                  .transactions()
                  .reading(other -> other.getMapper(PlaceMapper.class).mayShareKey(key));
            });
    return CheckResult.of(
        "P3",
        "source and copy are two servers",
        different ? List.of() : List.of("both addresses lead to one server"),
        "probed by an advisory lock");
  }

  private CheckResult standby(FailoverRequest request) {
    var problems = new ArrayList<String>();
    String replayed = on(servers.copy(), FailoverCheckMapper::loadReplayedPosition);
    StandbyRow standby = reading(servers.copy(), it -> it.loadStandby(replayed));
    if (!standby.inRecovery()) {
      return CheckResult.of(
          "P4",
          "the copy is a streaming standby",
          List.of("it is no standby: build a new one"),
          "");
    }
    if (!on(servers.source(), FailoverCheckMapper::loadSystemIdentifier)
        .equals(on(servers.copy(), FailoverCheckMapper::loadSystemIdentifier))) {
      problems.add("it is a copy of another cluster");
    }
    if (!"streaming".equals(on(servers.copy(), FailoverCheckMapper::findStream).orElse(""))) {
      problems.add("it does not stream: look at primary_conninfo");
    }
    int timeline = reading(servers.source(), it -> it.loadServer(request.scope().id())).timeline();
    Integer received = standby.receivedTimeline();
    if (received != null && received != timeline) {
      problems.add("it follows timeline %d, the source runs on %d".formatted(received, timeline));
    }
    long lag = on(servers.source(), it -> it.loadLag(replayed));
    if (lag > LONGEST_LAG_BYTES) {
      problems.add("it is %,d bytes behind, more than %,d".formatted(lag, LONGEST_LAG_BYTES));
    }
    on(servers.source(), FailoverCheckMapper::findOnlySynchronous).ifPresent(problems::add);
    return CheckResult.of(
        "P4", "the copy is a streaming standby", problems, "%,d bytes behind".formatted(lag));
  }

  private CheckResult transactions(FailoverRequest request, String moved) {
    double oldest = request.budgets().drain().toMillis() / 1000.0;
    List<String> problems =
        Stream.of(
                on(servers.source(), FailoverCheckMapper::listPrepared),
                on(servers.source(), it -> it.listOldTransactions(oldest)),
                on(servers.source(), it -> it.listVacuums(moved)))
            .flatMap(List::stream)
            .toList();
    return CheckResult.of("P5", "no transaction holds up the fence or the locks", problems, "none");
  }

  private CheckResult partitions() {
    List<String> unclassified = on(servers.source(), FailoverCheckMapper::listUnclassified);
    return CheckResult.of(
        "P9",
        "every partition is classified as its table",
        on(servers.source(), FailoverCheckMapper::listMisplacedPartitions),
        unclassified.isEmpty() ? "all" : "never locked: " + String.join(", ", unclassified));
  }

  private CheckResult headroom() {
    long left = on(servers.source(), FailoverCheckMapper::loadHeadroom);
    return CheckResult.of(
        "P10",
        "ids are left for the copy",
        left > NEEDED_IDS ? List.of() : List.of("only %,d ids are left".formatted(left)),
        "enough");
  }

  private CheckResult hooks(FailoverRequest request) {
    List<String> missing =
        request.hooks().stream()
            .filter(hook -> !hooks.containsKey(hook))
            .map(hook -> "hook %s is not configured on this machine".formatted(hook.key()))
            .toList();
    return CheckResult.of(
        "P12",
        "the way back was rehearsed",
        missing,
        "not looked at: rehearse it on staging (docs/failover.md)");
  }

  private CheckResult collations() {
    String source = on(servers.source(), FailoverCheckMapper::loadCollationVersion);
    String copy = on(servers.copy(), FailoverCheckMapper::loadCollationVersion);
    return CheckResult.of(
        "P13",
        "both servers sort text alike",
        source.equals(copy)
            ? List.of()
            : List.of("collation version %s here, %s on the copy".formatted(source, copy)),
        source.isEmpty() ? "no version to compare" : "collation version " + source);
  }

  static <T> T on(Database database, Function<FailoverCheckMapper, T> work) {
    return database
        .transactions()
        .reading(session -> work.apply(session.getMapper(FailoverCheckMapper.class)));
  }
}
