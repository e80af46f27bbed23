package dev.bbm.starter.exactness;

import dev.bbm.starter.embedded.DatabaseServerOptions;
import dev.bbm.starter.embedded.EmbeddedDatabaseServer;
import dev.bbm.starter.embedded.UserCache;
import io.temporal.api.enums.v1.WorkflowExecutionStatus;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowExecutionMetadata;
import io.temporal.client.WorkflowNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The servers and workers of one test, each a process of its own, and the database that is
 * migrated.
 */
final class Cluster implements AutoCloseable {

  private static final Path LOGS = Path.of("target", "exactness").toAbsolutePath();

  private final Path logs;
  private final Path postgresFolder;
  private final EmbeddedDatabaseServer postgres;
  private final TemporalServer temporal;
  private final List<WorkerJvm> workers = new ArrayList<>();
  private final Migrated database;

  private Cluster(
      Path logs,
      Path postgresFolder,
      EmbeddedDatabaseServer postgres,
      TemporalServer temporal,
      Migrated database) {
    this.logs = logs;
    this.postgresFolder = postgresFolder;
    this.postgres = postgres;
    this.temporal = temporal;
    this.database = database;
  }

  /** Starts both servers; table numbers has so many rows, the others have less. */
  static Cluster start(TemporalServer.Kind kind, int numbers, int others) {
    try {
      Files.createDirectories(LOGS);
      var logs = Files.createTempDirectory(LOGS, "run-");
      // First, since the test is left out where there is no such server.
      var temporal = TemporalServer.of(kind, logs.resolve("temporal"));
      var postgresFolder = Files.createTempDirectory("bbm-exactness-");
      var postgres =
          new EmbeddedDatabaseServer(
              DatabaseServerOptions.throwaway(postgresFolder).withDatabases(List.of("main")),
              UserCache.of(System.getenv()));
      postgres.start();
      temporal.start();
      Subject.writeJobs(logs.resolve("jobs"));
      var database =
          Migrated.install(postgres.jdbcUrl("main"), logs.resolve("jobs"), numbers, others);
      return new Cluster(logs, postgresFolder, postgres, temporal, database);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A worker that is not started yet. */
  WorkerJvm worker(String name) {
    return worker(name, Map.of(), "");
  }

  /** The same with a mutant's settings, and connection properties added to the url. */
  WorkerJvm worker(String name, Map<String, String> mutant, String connection) {
    var settings =
        new HashMap<>(
            ExactnessWorker.settings(
                postgres.jdbcUrl("main") + connection, logs.resolve("jobs"), temporal));
    settings.putAll(mutant);
    var worker = new WorkerJvm(name, logs, settings);
    workers.add(worker);
    return worker;
  }

  EmbeddedDatabaseServer postgres() {
    return postgres;
  }

  /** PostgreSQL starts next time as a standby. */
  void becomeStandby() {
    try {
      var signal = Files.createFile(postgresFolder.resolve("data").resolve("standby.signal"));
      Files.setPosixFilePermissions(signal, PosixFilePermissions.fromString("rw-rw-rw-"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  TemporalServer temporal() {
    return temporal;
  }

  Migrated database() {
    return database;
  }

  TemporalClient client() {
    return TemporalClient.of(temporal.target());
  }

  /** What Temporal says of the migrations' workflows; those that it does not know are left out. */
  List<WorkflowExecutionStatus> workflows() {
    return describe(WorkflowExecutionMetadata::getStatus);
  }

  /** When those began that Temporal knows. */
  List<Instant> startsOfWorkflows() {
    return describe(WorkflowExecutionMetadata::getStartTime);
  }

  private <T> List<T> describe(Function<WorkflowExecutionMetadata, T> what) {
    try (var temporalClient = client()) {
      return database
          .values("SELECT id FROM bbm.batched_background_migrations ORDER BY id")
          .stream()
          .map(id -> database.workflowId(Long.parseLong(String.valueOf(id))))
          .flatMap(id -> describe(temporalClient.client(), id).stream())
          .map(what)
          .toList();
    }
  }

  private static Optional<WorkflowExecutionMetadata> describe(WorkflowClient client, String id) {
    try {
      return Optional.of(client.newUntypedWorkflowStub(id).describe());
    } catch (WorkflowNotFoundException lost) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    workers.forEach(WorkerJvm::close);
    database.close();
    temporal.close();
    postgres.close();
  }
}
