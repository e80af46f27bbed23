package dev.bbm.starter.exactness;

import dev.bbm.activities.OpenDatabase;
import dev.bbm.activities.job.JobClasses;
import dev.bbm.activities.migration.BoundJobs;
import dev.bbm.activities.topology.Address;
import dev.bbm.activities.topology.DatabaseSettings;
import dev.bbm.activities.topology.Pooler;
import dev.bbm.activities.topology.Secret;
import dev.bbm.starter.health.WorkerMetrics;
import dev.bbm.starter.worker.WorkerProcess;
import dev.bbm.starter.worker.WorkerProcess.WorkerSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.ibatis.plugin.Interceptor;

/**
 * The worker of the tests: as {@code bbm worker}, with a mutant of the code if it is asked for one.
 */
final class ExactnessWorker {

  /** Its settings, given as variables of its environment. */
  static final String NAME = "EXACTNESS_WORKER";

  static final String JDBC_URL = "EXACTNESS_JDBC_URL";

  /** Set: another server that may hold the database. */
  static final String OTHER_ENDPOINT = "EXACTNESS_OTHER_ENDPOINT";

  static final String JOBS = "EXACTNESS_JOBS";
  static final String TEMPORAL = "EXACTNESS_TEMPORAL";
  static final String STICKY = "EXACTNESS_STICKY";

  /** Set: the cursor moves in a transaction of its own, so many milliseconds after the change. */
  static final String CURSOR_APART = "EXACTNESS_CURSOR_APART";

  private ExactnessWorker() {}

  public static void main(String[] arguments) throws InterruptedException {
    var name = variable(NAME);
    var settings =
        new DatabaseSettings(
            "main", endpoints(), null, Subject.schemas(), List.of(), null, true, true, true, 10);
    var database = OpenDatabase.of(settings, "bbm/" + name, mutants());
    var jobs =
        new BoundJobs(
            JobClasses.load(Path.of(variable(JOBS)), ExactnessWorker.class.getClassLoader()));
    var worker =
        new WorkerProcess(
            TemporalClient.of(variable(TEMPORAL)).client(),
            List.of(database),
            jobs,
            new WorkerSettings(name, 4, 4, Boolean.parseBoolean(variable(STICKY))),
            new WorkerMetrics());
    worker.start();
    Runtime.getRuntime().addShutdownHook(new Thread(worker::close));
    Thread.currentThread().join();
  }

  private static List<Address> endpoints() {
    return Stream.of(variable(JDBC_URL), System.getenv().getOrDefault(OTHER_ENDPOINT, ""))
        .filter(url -> !url.isEmpty())
        .map(url -> new Address(url, "", new Secret(""), Pooler.NONE))
        .toList();
  }

  private static List<Interceptor> mutants() {
    var apart = System.getenv(CURSOR_APART);
    return apart == null ? List.of() : List.of(new CursorApart(Integer.parseInt(apart)));
  }

  private static String variable(String name) {
    return Objects.requireNonNull(System.getenv(name), name);
  }

  static Map<String, String> settings(String jdbcUrl, Path jobs, TemporalServer temporal) {
    return Map.of(
        JDBC_URL, jdbcUrl,
        JOBS, jobs.toString(),
        TEMPORAL, temporal.target(),
        STICKY, Boolean.toString(temporal.supportsSticky()));
  }
}
