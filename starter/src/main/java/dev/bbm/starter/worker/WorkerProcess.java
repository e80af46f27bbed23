package dev.bbm.starter.worker;

import dev.bbm.activities.migration.BoundJobs;
import dev.bbm.activities.migration.MigrationControlImpl;
import dev.bbm.activities.migration.SliceRunnerImpl;
import dev.bbm.activities.migration.SliceRunnerImpl.SliceWorker;
import dev.bbm.activities.ownership.OwnedSchema;
import dev.bbm.activities.ownership.OwnershipToken;
import dev.bbm.activities.topology.Database;
import dev.bbm.starter.health.WorkerMetrics;
import dev.bbm.workflows.ownership.TaskQueues;
import io.temporal.client.WorkflowClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running worker: workflow tasks of all schemas, activities of the schemas its databases own,
 * sweep and takeover.
 */
public final class WorkerProcess implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(WorkerProcess.class);

  private static final Duration PERIOD = Duration.ofSeconds(1);

  /** Nobody waits for it: it tells of tables that were made long after the last lock-writes. */
  private static final Duration WRITE_LOCK_PERIOD = Duration.ofMinutes(1);

  /** A sub-batch under way may take its whole statement timeout. */
  private static final Duration LONGEST_SUB_BATCH = Duration.ofSeconds(35);

  private final WorkflowClient client;
  private final BoundJobs jobs;
  private final WorkerSettings settings;
  private final WorkflowTasks workflowTasks;
  private final List<OwnershipWatcher> watchers;
  private final Sweeper sweeper;
  private final WriteLockMonitor writeLocks;
  private final AtomicBoolean shuttingDown = new AtomicBoolean();
  private final ScheduledExecutorService timer =
      Executors.newScheduledThreadPool(2, daemon("bbm-heartbeat"));
  private final ScheduledExecutorService periodic;
  private final List<ScheduledFuture<?>> periodicWork = new CopyOnWriteArrayList<>();
  private final SliceWorker sliceWorker;

  /**
   * What a worker needs to know of itself.
   *
   * @param name as in claims, logs and pg_stat_activity
   * @param slices that run side by side per gitlab_schema
   * @param maxRunning migrations that run side by side per database
   * @param sticky false on the in-JVM Temporal server
   */
  public record WorkerSettings(String name, int slices, int maxRunning, boolean sticky) {}

  /** Opens nothing and starts nothing yet. */
  public WorkerProcess(
      WorkflowClient client,
      List<Database> databases,
      BoundJobs jobs,
      WorkerSettings settings,
      WorkerMetrics metrics) {
    this.client = client;
    this.jobs = jobs.withOwners(this::findOwner);
    this.settings = settings;
    this.workflowTasks = new WorkflowTasks(client, queues(databases), settings.sticky());
    this.sweeper = new Sweeper(client);
    this.writeLocks = new WriteLockMonitor(databases, settings.name(), metrics);
    this.sliceWorker =
        new SliceWorker(
            settings.name(),
            settings.maxRunning(),
            timer,
            shuttingDown::get,
            InstantSource.system(),
            metrics);
    this.watchers =
        databases.stream().map(database -> watcher(database, databases, metrics)).toList();
    this.periodic = Executors.newScheduledThreadPool(2 * databases.size() + 1, daemon("bbm-watch"));
  }

  private static List<String> queues(List<Database> databases) {
    return databases.stream()
        .flatMap(database ->
            database.settings().ownedSchemas().stream()
                .map(schema -> TaskQueues.of(schema, database.name()).slices()))
        .collect(Collectors.toSet())
        .stream()
        .sorted()
        .toList();
  }

  private OwnershipWatcher watcher(
      Database database, List<Database> databases, WorkerMetrics metrics) {
    var failovers = new RunningFailovers(client, databases.stream().map(Database::name).toList());
    var takeover =
        new Takeover(
            database, databases, failovers::mayRun, settings.name(), InstantSource.system());
    return new OwnershipWatcher(
        database,
        new EndpointWatch(database, settings.name()),
        token -> serve(database, token),
        takeover,
        metrics);
  }

  private Optional<OwnedSchema> findOwner(String gitlabSchema) {
    return watchers.stream().flatMap(watcher -> watcher.find(gitlabSchema).stream()).findFirst();
  }

  private SchemaActivities serve(Database database, OwnershipToken token) {
    return new SchemaActivities(
        client,
        token,
        new SliceRunnerImpl(database, token, jobs, sliceWorker),
        new MigrationControlImpl(database.transactions()),
        settings.slices());
  }

  /** Begins to work; fails when Temporal does not answer. */
  public void start() {
    workflowTasks.start();
    watchers.forEach(watcher -> {
      every(PERIOD, watcher::look);
      every(PERIOD, () -> sweeper.sweep(watcher.database(), watcher.schemas()));
    });
    every(WRITE_LOCK_PERIOD, writeLocks::look);
    log.info("Worker {} started", settings.name());
  }

  private void every(Duration period, Runnable work) {
    periodicWork.add(
        periodic.scheduleWithFixedDelay(
            () -> runAndLog(period, work), 0, period.toMillis(), TimeUnit.MILLISECONDS));
  }

  /** An exception would end the schedule silently. */
  private static void runAndLog(Duration period, Runnable work) {
    try {
      work.run();
    } catch (RuntimeException unexpected) {
      log.warn("Periodic work is repeated in {} s", period.toSeconds(), unexpected);
    }
  }

  /** Stops at the border of the sub-batches under way, in reverse order of the start. */
  @Override
  public void close() {
    if (!shuttingDown.compareAndSet(false, true)) {
      return;
    }
    periodicWork.forEach(work -> work.cancel(false));
    periodic.shutdown();
    List<SchemaActivities> ending =
        watchers.stream().flatMap(watcher -> watcher.stopAll().stream()).toList();
    ending.forEach(activities -> activities.awaitEnd(LONGEST_SUB_BATCH));
    workflowTasks.close();
    timer.shutdownNow();
    log.info("Worker {} stopped", settings.name());
  }

  private static ThreadFactory daemon(String name) {
    return Thread.ofPlatform().daemon().name(name + "-", 0).factory();
  }
}
