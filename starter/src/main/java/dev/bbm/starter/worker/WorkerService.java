package dev.bbm.starter.worker;

import dev.bbm.activities.OpenDatabase;
import dev.bbm.activities.migration.BoundJobs;
import dev.bbm.activities.topology.Database;
import dev.bbm.activities.topology.DatabaseSettings;
import dev.bbm.starter.config.Registration;
import dev.bbm.starter.config.Settings;
import dev.bbm.starter.config.Surroundings;
import dev.bbm.starter.config.TemporalConnection;
import dev.bbm.starter.health.Health;
import dev.bbm.starter.health.HealthServer;
import dev.bbm.starter.health.WorkerMetrics;
import dev.bbm.starter.topology.EndpointSelection;
import dev.bbm.workflows.failure.ApplicationException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker with all that it needs: databases, job classes, Temporal. Closing it stops all in
 * reverse order.
 */
public final class WorkerService implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(WorkerService.class);

  /** Control activities, the watch and the sweep, beside one connection per slice. */
  private static final int OTHER_CONNECTIONS = 4;

  /** At the start nothing waits for an endpoint that is down but the start itself. */
  private static final Duration FIRST_LOOK = Duration.ofSeconds(3);

  private final String name;
  private final Settings settings;
  private final Registration registration;
  private final List<Database> databases;
  private final TemporalConnection temporal;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final WorkerMetrics metrics = new WorkerMetrics();
  private volatile @Nullable WorkerProcess process;
  private volatile @Nullable HealthServer http;

  private WorkerService(
      String name,
      Settings settings,
      Registration registration,
      List<Database> databases,
      TemporalConnection temporal) {
    this.name = name;
    this.settings = settings;
    this.registration = registration;
    this.databases = databases;
    this.temporal = temporal;
  }

  /**
   * Loads the job classes and opens the pools; connects to nothing yet. Refuses job classes that do
   * not load.
   */
  public static WorkerService open(Settings settings, Surroundings surroundings) {
    String name = "worker-" + ProcessHandle.current().pid();
    Registration registration = Registration.read(settings);
    List<Database> databases =
        settings.databases().stream().map(database -> open(database, settings, name)).toList();
    return new WorkerService(
        name, settings, registration, databases, TemporalConnection.of(settings, surroundings));
  }

  private static Database open(DatabaseSettings database, Settings settings, String name) {
    // Twice: a slice of a schema elsewhere may touch this database beside its own.
    int connections =
        2 * settings.worker().slices() * database.ownedSchemas().size() + OTHER_CONNECTIONS;
    return OpenDatabase.of(database.withMaxConnections(connections), "bbm/" + name, List.of());
  }

  /**
   * Registers the job classes in each database and begins to work; waits while Temporal does not
   * answer.
   */
  public void start() throws InterruptedException {
    if (settings.worker().http() != null) {
      http = HealthServer.start(settings.worker().http(), this::health, metrics::scrape);
    }
    databases.forEach(database -> {
      new EndpointSelection(database).select(FIRST_LOOK);
      registerJobClasses(database);
    });
    awaitTemporal();
    if (closing.getCount() == 0) {
      return;
    }
    var started =
        new WorkerProcess(
            temporal.client(),
            databases,
            new BoundJobs(registration.jobClasses()),
            new WorkerProcess.WorkerSettings(
                name,
                settings.worker().slices(),
                settings.worker().maxRunning(),
                !InJvmServer.answers(temporal.stubs())),
            metrics);
    process = started;
    started.start();
  }

  /** A database that is down or not installed hinders no other; the watch tells when it comes. */
  private void registerJobClasses(Database database) {
    try {
      int changed = registration.writeJobClassesTo(database);
      log.info(
          "Database {} knows {} job classes, {} of them new or changed",
          database.name(),
          registration.jobClasses().all().size(),
          changed);
    } catch (ApplicationException trouble) {
      log.warn(
          "Job classes are not registered in database {}: {}",
          database.name(),
          trouble.getMessage());
    }
  }

  private void awaitTemporal() throws InterruptedException {
    boolean said = false;
    while (closing.getCount() > 0) {
      try {
        temporal.requireServer();
        return;
      } catch (ApplicationException silent) {
        if (!said) {
          log.warn("Worker waits: {}", silent.getMessage());
          said = true;
        }
        closing.await(1, TimeUnit.SECONDS);
      }
    }
  }

  private Health health() {
    Health.State state = process == null ? Health.State.STARTING : Health.State.UP;
    return new Health(
        closing.getCount() == 0 ? Health.State.STOPPING : state, name, metrics.databases());
  }

  /** Where it tells its health and metrics; empty unless it runs and is configured to. */
  public Optional<String> httpUrl() {
    return Optional.ofNullable(http).map(HealthServer::url);
  }

  /** As in claims and logs. */
  public String name() {
    return name;
  }

  /** Where Temporal is. */
  public String temporalTarget() {
    return temporal.target();
  }

  @Override
  public void close() {
    closing.countDown();
    WorkerProcess running = process;
    if (running != null) {
      running.close();
    }
    temporal.close();
    databases.forEach(Database::close);
    HealthServer listening = http;
    if (listening != null) {
      listening.close();
    }
  }
}
