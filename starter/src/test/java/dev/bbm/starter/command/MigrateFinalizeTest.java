package dev.bbm.starter.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bbm.activities.database.PostgresExtension;
import dev.bbm.starter.command.Cli.Result;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Batched migrations that are queued, awaited and finalized by files, without any worker. */
final class MigrateFinalizeTest {

  private static final String QUEUE =
      """
      -- restrict_gitlab_migration: gitlab_main
      SELECT bbm.queue_batched_background_migration('Touch_routes', 'routes', 'id', batch_size => 20, sub_batch_size => 7, pause_ms => 0, lanes => 2);
      """;
  private static final String ENSURE =
      """
      -- restrict_gitlab_migration: gitlab_main
      -- ensure_finished: {job_class: Touch_routes, table: routes, column: id, finalize: %s}
      """;

  @RegisterExtension static final PostgresExtension main = new PostgresExtension();

  @TempDir Path folder;

  private Deploying deploying;

  @BeforeEach
  void install() throws IOException {
    deploying = Deploying.single(folder, main);
  }

  @Test
  void buildsAnIndexQueuesAndFinalizesInOneRun() throws IOException {
    deploying
        .file(
            "1_index.sql",
            "-- disable_ddl_transaction: true\nCREATE INDEX CONCURRENTLY routes_n ON routes (n);")
        .postFile("2_queue.sql", QUEUE)
        .postFile("3_ensure.sql", ENSURE.formatted("true") + "UPDATE settings SET n = 3;");

    Result result = deploying.migrate("--post-deploy");

    assertThat(Deploying.withoutTimes(result.out()))
        .isEqualTo(
            """
            main: ran 1_index.sql
            main: ran 2_queue.sql
            main: queued main_1 (active)
            main: finalizing main_1 0 %
            main: finalized main_1: 100 rows
            main: ran 3_ensure.sql
            """);
    assertThat(result.exitCode()).isZero();
    assertThat(Installed.rows(main, "SELECT min(n), max(n), (SELECT n FROM settings) FROM routes"))
        .isEqualTo("1|1|3");
    assertThat(status()).isEqualTo("finalized");
    assertThat(
            Installed.rows(
                main, "SELECT indisvalid FROM pg_index WHERE indexrelid = 'routes_n'::regclass"))
        .isEqualTo("t");
    assertThat(Installed.rows(main, "SELECT count(*) FROM bbm.finalizers")).isEqualTo("0");
  }

  @Test
  void refusesToGoOnWhereFinalizingIsNotAskedFor() throws IOException {
    deploying.file("2_queue.sql", QUEUE).file("3_ensure.sql", ENSURE.formatted("false"));

    Result result = deploying.migrate();

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err())
        .isEqualTo(
            """
            error: Expected batched background migration for the given configuration to be marked as 'finished', but it is 'active': main_1 Touch_routes on table "routes"
            hint: ./bbm wait main_1
            """);
    assertThat(Deploying.history(main)).isEqualTo("2 run");
    assertThat(status()).isEqualTo("active");
  }

  @Test
  void takesOverWhatADeadWorkerLeft() throws IOException {
    deploying.file("2_queue.sql", QUEUE).migrate();
    main.execute(
        """
        SELECT bbm.claim_job(m.uid, 2, 'dead#1', 'dead', m.job_class_hash, 4, 'gitlab_main', 'main', 1, NULL)
          FROM bbm.batched_background_migrations AS m
        """,
        "SELECT bbm.pause_migration(1)");
    deploying.file("3_ensure.sql", ENSURE.formatted("true"));

    assertThat(deploying.migrate().exitCode()).isZero();
    assertThat(Installed.rows(main, "SELECT min(n), max(n) FROM routes")).isEqualTo("1|1");
    assertThat(status()).isEqualTo("finalized");
  }

  @Test
  void doesNotRunTheFileWhenTheBatchedMigrationFails() throws IOException {
    deploying.file("2_queue.sql", QUEUE).migrate();
    main.execute("ALTER TABLE routes ADD CONSTRAINT never CHECK (id <> 33 OR n = 0)");
    deploying.file("3_ensure.sql", ENSURE.formatted("true") + "UPDATE settings SET n = 3;");

    Result result = deploying.migrate();

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err())
        .isEqualTo(
            """
            error: main_1 Touch_routes on table "routes" is failed: 1 jobs failed 3 times
            hint: ./bbm events main_1
            """);
    assertThat(Deploying.history(main)).isEqualTo("2 run");
    assertThat(Installed.rows(main, "SELECT n FROM settings")).isEqualTo("0");
    main.execute("ALTER TABLE routes DROP CONSTRAINT never");
    assertThat(deploying.migrate().exitCode()).isZero();
    assertThat(Installed.rows(main, "SELECT min(n), max(n) FROM routes")).isEqualTo("1|1");
  }

  @Test
  void givesBackWhatItCannotRun() throws IOException {
    deploying.file("2_queue.sql", QUEUE).migrate();
    Installed.jobClass(folder, "Touch_routes", "settings");
    deploying.file("3_ensure.sql", ENSURE.formatted("true"));

    Result result = deploying.migrate();

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err())
        .startsWith("error: main_1 cannot be finalized now: job class Touch_routes has changed");
    assertThat(status()).isEqualTo("active");
  }

  @Test
  void saysThatNothingWasQueued() throws IOException {
    deploying.file("3_ensure.sql", ENSURE.formatted("true"));

    assertThat(Deploying.withoutTimes(deploying.migrate().out()))
        .isEqualTo(
            """
            main: no batched migration Touch_routes on table routes: nothing to finalize
            main: ran 3_ensure.sql
            """);
  }

  private static String status() {
    return Installed.rows(
        main, "SELECT bbm.status_name(status) FROM bbm.batched_background_migrations");
  }
}
