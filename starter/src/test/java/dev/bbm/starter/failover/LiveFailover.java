package dev.bbm.starter.failover;

import dev.bbm.activities.failover.JournalRow;
import dev.bbm.starter.Main;
import dev.bbm.starter.embedded.ChildProcess;
import dev.bbm.starter.embedded.ServerSignal;
import dev.bbm.starter.exactness.Await;
import dev.bbm.starter.exactness.JavaCommand;
import dev.bbm.starter.exactness.TemporalClient;
import dev.bbm.starter.exactness.TemporalServer;
import dev.bbm.starter.testbed.FailoverPair;
import dev.bbm.starter.testbed.Invariants;
import dev.bbm.starter.testbed.Observed;
import dev.bbm.starter.testbed.Sql;
import dev.bbm.starter.testbed.Violation;
import dev.bbm.starter.testbed.Witness;
import dev.bbm.starter.testbed.Zombies;
import dev.bbm.workflows.failover.Budgets;
import dev.bbm.workflows.failover.FailoverRequest;
import dev.bbm.workflows.failover.FailoverScope;
import dev.bbm.workflows.failover.Promotion;
import io.temporal.api.enums.v1.WorkflowExecutionStatus;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A failover as it happens: two servers, a real Temporal server, two worker processes with
 * migrations half done, a coordinator process, zombies; and at the end the check of all invariants.
 */
final class LiveFailover implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofMinutes(4);

  /** Steps wait long enough for a coordinator that is started again; a drain does not. */
  private static final Budgets BUDGETS =
      new Budgets(
          Duration.ofSeconds(3),
          Duration.ofSeconds(25),
          Duration.ofSeconds(30),
          Duration.ofSeconds(20),
          Duration.ofSeconds(30),
          Duration.ofSeconds(20),
          Duration.ofSeconds(30),
          Duration.ofSeconds(5));

  private final Instant created = Instant.now();
  private final Path folder;
  private final TemporalServer temporal;
  private final FailoverPair pair;
  private final FailoverRequest request;
  private final List<ChildProcess> workers = new ArrayList<>();
  private final List<ChildProcess> coordinators = new ArrayList<>();
  private final TemporalClient client;
  private volatile boolean closed;
  private @Nullable Zombies zombies;

  LiveFailover(Path folder, TemporalServer temporal) {
    this.folder = folder;
    this.temporal = temporal;
    this.client = TemporalClient.of(temporal.target());
    this.pair = FailoverPair.start(folder);
    Witness.install(pair.onPrimary());
    pair.queueEveryKind();
    // Slow enough to be half done when the failover comes.
    pair.onPrimary()
        .execute(
            "UPDATE bbm.batched_background_migrations SET pause_ms = 100, revision = revision + 1");
    String copy = pair.standby().server().uri(FailoverPair.DATABASE).toString();
    this.request =
        new FailoverRequest(
            new FailoverScope(
                UUID.randomUUID().toString(),
                "main",
                "ci",
                CopyUrl.of(pair.project(), copy),
                List.of("gitlab_ci")),
            Promotion.PG_PROMOTE,
            List.of(),
            List.of(),
            BUDGETS,
            "the test");
  }

  FailoverPair pair() {
    return pair;
  }

  FailoverRequest request() {
    return request;
  }

  List<ChildProcess> workers() {
    return workers;
  }

  ChildProcess coordinator() {
    return coordinators.getLast();
  }

  /** Lets the old token's holders prepare; they rise at the fence. */
  void prepareZombies() {
    String uid =
        pair.onPrimary()
            .value(
                "SELECT uid FROM bbm.batched_background_migrations WHERE table_name = 'ci_builds'");
    var prepared = new Zombies(pair);
    prepared.hold(uid, "gitlab_ci");
    zombies = prepared;
  }

  void raiseZombies() {
    if (zombies != null) {
      zombies.rise();
    }
  }

  /** As soon as the source says that its schema is not simply active any more, or after a while. */
  void raiseZombiesAtTheFence() {
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try {
            Await.until("the fence", LIMIT, () -> closed || isFenced());
          } catch (AssertionError | IllegalStateException never) {
            // An abort before the fence: the old tokens stay good, so nothing is to be proved by
            // them.
            return;
          }
          if (!closed) {
            raiseZombies();
          }
        });
  }

  private boolean isFenced() {
    try {
      return pair.onPrimary()
          .value("SELECT epoch > 1 FROM bbm.schema_ownership WHERE gitlab_schema = 'gitlab_ci'")
          .equals("t");
    } catch (IllegalStateException unreachable) {
      return false;
    }
  }

  ChildProcess startWorker() {
    ChildProcess worker =
        start("worker-" + workers.size(), JavaCommand.of(Main.class, "worker"), Map.of());
    workers.add(worker);
    return worker;
  }

  /** Hosts the failover, which it starts unless it runs. */
  ChildProcess startCoordinator(@Nullable CrashPoint crash) {
    var variables = new HashMap<String, String>();
    variables.put(CoordinatorMain.REQUEST, JournalRow.write(request));
    if (crash != null) {
      variables.put(CoordinatorMain.CRASH, crash.toString());
    }
    ChildProcess coordinator =
        start(
            "coordinator-" + coordinators.size(), JavaCommand.of(CoordinatorMain.class), variables);
    coordinators.add(coordinator);
    return coordinator;
  }

  private ChildProcess start(String name, List<String> command, Map<String, String> more) {
    var variables = new HashMap<>(more);
    variables.put("TEMPORAL_ADDRESS", temporal.target());
    return ChildProcess.start(command, pair.project(), folder.resolve(name + ".log"), variables);
  }

  void awaitHalfDone() {
    Await.until(
        () -> "every migration has begun; " + progress(pair.onPrimary()) + lastWords(),
        LIMIT,
        () ->
            pair.onPrimary()
                .value(
                    """
                    SELECT count(DISTINCT m.id) FROM bbm.batched_background_migrations AS m
                      JOIN bbm.batched_background_migration_jobs AS j ON j.batched_background_migration_id = m.id
                     WHERE m.table_name IN ('ci_builds', 'routes') AND j.updated_tuples > 0
                    """)
                .equals("2"));
  }

  /**
   * Whether the workflow has ended; false while Temporal does not answer, or knows only the one of
   * an earlier test, which has the same id.
   */
  boolean hasEnded() {
    try {
      var workflow =
          client.client().newUntypedWorkflowStub(request.scope().workflowId()).describe();
      return workflow.getStartTime().isAfter(created)
          && workflow.getStatus() != WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING;
    } catch (WorkflowException | io.grpc.StatusRuntimeException silent) {
      return false;
    }
  }

  void awaitEnd() {
    Await.until(() -> "the failover ends; " + steps() + lastWords(), LIMIT, this::hasEnded);
  }

  /** Whether the source's journal says COMMIT. */
  boolean isMoved() {
    return pair.onPrimary()
        .value(
            "SELECT coalesce(max(decision), 'none') || bool_or(rolled_back) FROM bbm.failovers WHERE id = '%s'"
                .formatted(request.scope().id()))
        .equals("COMMITfalse");
  }

  /** Every migration ends where it belongs, and nothing is violated. */
  List<String> verdict() {
    boolean moved = isMoved();
    Await.until(
        () ->
            "every migration ends (moved: %s); %s %s"
                .formatted(moved, violations(moved, true), lastWords()),
        LIMIT,
        () ->
            violations(moved, true).stream()
                .noneMatch(it -> it.invariant() == 15 || it.invariant() == 19));
    var found = new ArrayList<>(violations(moved, true).stream().map(Violation::toString).toList());
    found.addAll(owners(moved));
    if (zombies != null && zombies.writesBehindTheFence() > 0) {
      found.add("zombies wrote: " + zombies.accounts());
    }
    return found;
  }

  /** What was aborted before step 1 leaves wrong labels as they were, and those do not run. */
  private List<Violation> violations(boolean moved, boolean done) {
    boolean labelled =
        !pair.onPrimary().rows("SELECT id FROM bbm.failover_steps WHERE step = 'LABEL'").isEmpty();
    return allViolations(moved, done).stream()
        .filter(it -> labelled || !isOfAWrongLabel(it))
        .toList();
  }

  private static boolean isOfAWrongLabel(Violation violation) {
    return (violation.invariant() == 14 || violation.invariant() == 19)
        && (violation.what().contains("ci_pipelines") || violation.what().contains("strays"));
  }

  private List<Violation> allViolations(boolean moved, boolean done) {
    try (var main = Observed.of("main", pair.onPrimary())) {
      if (!moved) {
        return done ? Invariants.whenAllIsDone(main) : Invariants.atAnyTime(main);
      }
      try (var ci = Observed.of("ci", pair.onStandby())) {
        return done ? Invariants.whenAllIsDone(main, ci) : Invariants.atAnyTime(main, ci);
      }
    }
  }

  /** Fully moved, or fully back. */
  private List<String> owners(boolean moved) {
    String query =
        "SELECT gitlab_schema || ' ' || state || (drain_until IS NULL) FROM bbm.schema_ownership ORDER BY 1";
    var wrong = new ArrayList<String>();
    expect(
        wrong,
        pair.onPrimary().rows(query),
        moved ? "gitlab_ci RETIREDtrue" : "gitlab_ci ACTIVEtrue",
        "gitlab_main ACTIVEtrue",
        "gitlab_shared ACTIVEtrue");
    if (moved) {
      expect(
          wrong,
          pair.onStandby().rows(query),
          "gitlab_ci ACTIVEtrue",
          "gitlab_main RETIREDtrue",
          "gitlab_shared ACTIVEtrue");
    }
    return wrong;
  }

  private static void expect(List<String> wrong, List<String> rows, String... expected) {
    if (!rows.equals(List.of(expected))) {
      wrong.add("owners are " + rows);
    }
  }

  private String steps() {
    return pair.onPrimary()
        .rows("SELECT step, outcome FROM bbm.failover_steps ORDER BY id")
        .toString();
  }

  String progress(Sql server) {
    return server
        .rows(
            """
            SELECT m.table_name, bbm.status_name(m.status), m.gitlab_schema, m.hold_reason,
                   (SELECT sum(j.updated_tuples) FROM bbm.batched_background_migration_jobs AS j WHERE j.batched_background_migration_id = m.id)
              FROM bbm.batched_background_migrations AS m ORDER BY m.id
            """)
        .toString();
  }

  String lastWords() {
    return Stream.concat(workers.stream(), coordinators.stream())
        .map(ChildProcess::lastWords)
        .toList()
        .toString();
  }

  @Override
  public void close() {
    closed = true;
    Stream.concat(workers.stream(), coordinators.stream())
        .forEach(process -> {
          process.send(ServerSignal.CONT);
          process.close();
        });
    if (zombies != null) {
      zombies.close();
    }
    endWorkflows();
    pair.close();
  }

  /** The next run finds none of this one. */
  private void endWorkflows() {
    WorkflowClient workflows = client.client();
    workflows
        .listExecutions("ExecutionStatus = 'Running'")
        .forEach(it -> end(workflows, it.getExecution().getWorkflowId()));
    client.close();
  }

  private static void end(WorkflowClient workflows, String id) {
    try {
      workflows.newUntypedWorkflowStub(id).terminate("the run is over");
    } catch (WorkflowException ended) {
      // It has ended by itself.
    }
  }
}
