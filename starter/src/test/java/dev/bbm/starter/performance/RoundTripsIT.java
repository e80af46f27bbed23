package dev.bbm.starter.performance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bbm.activities.job.BatchedMigrationJob;
import dev.bbm.starter.trial.Trial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Counts how often a worker waits for PostgreSQL per sub-batch, at the server's own messages. */
@Timeout(240)
final class RoundTripsIT {

  private static final int SUB_BATCHES = 200;
  private static final int SUB_BATCH_SIZE = 100;

  @TempDir private static Path folder;
  private static @Nullable Trial trial;
  private static @Nullable CountingProxy proxy;

  @BeforeAll
  static void startAll() throws Exception {
    trial = Trial.inJvm(folder);
    proxy = CountingProxy.before(trial.servers().database().port());
    trial.writeJobClass("CountedSql", "UPDATE sql_rows SET n = n + 1 WHERE ${subBatch}");
    trial.writeJobClass("PausedSql", "UPDATE paused_rows SET n = n + 1 WHERE ${subBatch}");
    writeJarThatNames(CountedJob.class, trial.jars());
    trial.install("sql_rows", "java_rows", "paused_rows");
    trial.startWorker(
        trial
            .jdbcUrl()
            .replace(
                ":%d/".formatted(trial.servers().database().port()),
                ":%d/".formatted(proxy.port())));
  }

  /** The class itself is on the class path already. */
  private static void writeJarThatNames(Class<? extends BatchedMigrationJob> job, Path jars)
      throws IOException {
    try (var jar = new JarOutputStream(Files.newOutputStream(jars.resolve("jobs.jar")))) {
      jar.putNextEntry(new ZipEntry("META-INF/services/" + BatchedMigrationJob.class.getName()));
      jar.write(job.getName().getBytes(UTF_8));
      jar.closeEntry();
    }
  }

  @AfterAll
  static void endAll() throws IOException {
    if (trial != null) {
      trial.close();
    }
    if (proxy != null) {
      proxy.close();
    }
  }

  @BeforeEach
  void countAnew() {
    proxy().forget();
  }

  @Test
  void takesOneForASubBatchOfAJobInSql(TestReporter reporter) throws Exception {
    queue("CountedSql", "sql_rows", SUB_BATCHES, 0);
    awaitEnd("sql_rows");

    var job = theJob(SUB_BATCHES);

    reporter.publishEntry("round trips per sub-batch, SQL", String.valueOf(job.each()));
    assertThat(job.each()).isEqualTo(1.0);
  }

  @Test
  void takesAtMostFourForASubBatchOfAJobInJavaWithOneMapperCall(TestReporter reporter)
      throws Exception {
    queue("CountedJob", "java_rows", SUB_BATCHES, 0);
    awaitEnd("java_rows");

    var job = theJob(SUB_BATCHES);

    reporter.publishEntry("round trips per sub-batch, Java", String.valueOf(job.each()));
    assertThat(job.each()).isBetween(1.0, 4.0);
  }

  @Test
  void hasNoTransactionOpenDuringThePauseBetweenSubBatches() throws Exception {
    queue("PausedSql", "paused_rows", 4, 1_000);
    while (SubBatches.of(proxy()).isEmpty()) {
      Thread.sleep(20);
    }
    int backend = SubBatches.of(proxy()).getFirst().connection().backend();

    var states = observeUntilEnd(backend, "paused_rows");

    assertThat(theJob(4).openedInsideATransaction()).isZero();
    assertThat(states).filteredOn("idle"::equals).hasSizeGreaterThan(states.size() / 2);
    assertThat(states).doesNotContain("idle in transaction for long");
  }

  /**
   * Samples of three pauses of 1 s; what lies between two messages of one sub-batch is not long.
   */
  private static List<String> observeUntilEnd(int backend, String table) throws Exception {
    var states = new ArrayList<String>();
    while (!isFinished(table)) {
      states.add(
          trial()
              .query(
                  """
                  SELECT a.state || CASE WHEN a.state LIKE 'idle in%%' AND clock_timestamp() - a.state_change > interval '0.5 s'
                                         THEN ' for long' ELSE '' END
                    FROM pg_stat_activity AS a
                   WHERE a.pid = %d
                  """
                      .formatted(backend)));
      Thread.sleep(25);
    }
    return states;
  }

  private static void queue(String jobClass, String table, int subBatches, int pause)
      throws Exception {
    int rows = subBatches * SUB_BATCH_SIZE;
    trial()
        .execute(
            """
            CREATE TABLE %2$s (id bigint PRIMARY KEY, n integer NOT NULL DEFAULT 0);
            INSERT INTO %2$s (id) SELECT i FROM generate_series(1, %3$d) AS i;
            ANALYZE %2$s;
            SELECT bbm.queue_batched_background_migration(
                       '%1$s', '%2$s', 'id', batch_size => %3$d, sub_batch_size => %4$d, pause_ms => %5$d)
            """
                .formatted(jobClass, table, rows, SUB_BATCH_SIZE, pause));
  }

  private static void awaitEnd(String table) throws Exception {
    var end = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    while (!isFinished(table)) {
      assertThat(System.nanoTime()).as("migration of %s is not finished", table).isLessThan(end);
      Thread.sleep(100);
    }
    assertThat(trial().query("SELECT count(*) FROM %s WHERE n <> 1".formatted(table)))
        .isEqualTo("0");
  }

  private static boolean isFinished(String table) throws Exception {
    return trial()
        .query(
            "SELECT bbm.status_name(status) FROM bbm.migration_progress WHERE table_name = '%s'"
                .formatted(table))
        .equals("finished");
  }

  /** All sub-batches ran on one connection, one after the other. */
  private static SubBatches theJob(int subBatches) {
    var jobs = SubBatches.of(proxy());
    assertThat(jobs).hasSize(1);
    assertThat(jobs.getFirst().opened()).isEqualTo(subBatches);
    assertThat(jobs.getFirst().committed()).isEqualTo(subBatches);
    return jobs.getFirst();
  }

  private static Trial trial() {
    return Objects.requireNonNull(trial);
  }

  private static CountingProxy proxy() {
    return Objects.requireNonNull(proxy);
  }
}
