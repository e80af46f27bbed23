package dev.bbm.starter.exactness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bbm.activities.database.PostgresExtension;
import dev.bbm.starter.embedded.ChildProcess;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Inline finalizing while a worker runs the same migration: every row once. */
@Timeout(300)
final class MigrateBesideWorkerIT {

  private static final String DATA = "-- restrict_gitlab_migration: gitlab_main\n";

  @RegisterExtension static final PostgresExtension main = new PostgresExtension();

  @TempDir private Path folder;

  @Test
  void indexQueueAndEnsureFinishedInOneRun() {
    try (var temporal = TemporalServer.of(TemporalServer.Kind.ANY, folder.resolve("temporal"));
        var database = new Migrated(main.url())) {
      temporal.start();
      try (var application =
          Application.withOrders(folder, temporal.target(), main, 20_000)
              .file(
                  "migrate/1_index.sql",
                  "-- disable_ddl_transaction: true\nCREATE INDEX CONCURRENTLY orders_n ON orders (n);")
              .file(
                  "post_migrate/2_queue.sql",
                  DATA
                      + "SELECT bbm.queue_batched_background_migration('CountOrders', 'orders', 'id', batch_size => 1000, sub_batch_size => 20, pause_ms => 5, lanes => 2);")
              // What a release does between queueing and finalizing: the worker is well under way.
              .file(
                  "post_migrate/3_other.sql",
                  """
                  DO $$
                  BEGIN
                      WHILE (SELECT count(*) FROM bbm.batched_background_migration_jobs WHERE status = 3) < 2 LOOP
                          PERFORM pg_sleep(0.05);
                      END LOOP;
                  END
                  $$;
                  """)
              .file(
                  "post_migrate/4_ensure.sql",
                  DATA
                      + "-- ensure_finished: {job_class: CountOrders, table: orders, column: id, finalize: true}\n")) {
        ChildProcess worker = application.start("worker");
        Await.until(
            worker::lastWords, Duration.ofMinutes(2), () -> worker.lastWords().contains("serves"));

        var ended = application.run("migrate", "--post-deploy");

        assertThat(ended).satisfies(it -> assertThat(it.exitCode()).as(it.toString()).isZero());
        assertThat(ended.out()).contains("main: finalized main_1: 20,000 rows\n");
        assertThat(worker.isAlive()).isTrue();
        assertThat(database.status(1)).isEqualTo("finalized");
        assertThat(database.value("SELECT concat(min(n), ' ', max(n)) FROM orders"))
            .isEqualTo("1 1");
        assertThat(
                database.value(
                    "SELECT indisvalid FROM pg_index WHERE indexrelid = 'orders_n'::regclass"))
            .isEqualTo("t");
        assertThat(
                database.values(
                    "SELECT DISTINCT regexp_replace(worker, '-.*', '') FROM bbm.batched_background_migration_jobs ORDER BY 1"))
            .containsExactly("migrate", "worker");
      }
    }
  }
}
