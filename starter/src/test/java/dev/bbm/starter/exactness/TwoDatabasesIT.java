package dev.bbm.starter.exactness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bbm.activities.database.PostgresExtension;
import dev.bbm.starter.embedded.ChildProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Main with orders, ci with builds, both with settings: every row of either once. */
@Timeout(600)
final class TwoDatabasesIT {

  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final int ROWS = 2000;
  private static final int KILLS = 2;

  @RegisterExtension static final PostgresExtension main = new PostgresExtension();
  @RegisterExtension static final PostgresExtension ci = new PostgresExtension();

  @TempDir private static Path folder;

  private static TemporalServer temporal;
  private static Application application;
  private static Migrated inMain;
  private static Migrated inCi;

  @BeforeAll
  static void install() throws Exception {
    for (PostgresExtension database : new PostgresExtension[] {main, ci}) {
      for (String table : new String[] {"orders", "builds", "settings"}) {
        database.execute(
            "CREATE TABLE %s (id bigint PRIMARY KEY, n integer NOT NULL DEFAULT 0)"
                .formatted(table));
      }
      database.execute("INSERT INTO settings SELECT i FROM generate_series(1, 500) AS i");
    }
    main.execute("INSERT INTO orders SELECT i FROM generate_series(1, %d) AS i".formatted(ROWS));
    ci.execute("INSERT INTO builds SELECT i FROM generate_series(1, %d) AS i".formatted(ROWS));
    temporal = TemporalServer.of(TemporalServer.Kind.ANY, folder.resolve("temporal"));
    temporal.start();
    String inMainOnly =
        "  main:\n    url: %s\n    gitlab_schemas: [gitlab_main, gitlab_shared]\n"
            .formatted(main.url());
    String inCiOnly =
        "  ci:\n    url: %s\n    gitlab_schemas: [gitlab_ci, gitlab_shared]\n".formatted(ci.url());
    application =
        new Application(folder, temporal.target())
            .write("bbm.yml", "databases:\n" + inMainOnly + inCiOnly + "jars: jars\n")
            .write("main.yml", "databases:\n" + inMainOnly)
            .write("ci.yml", "databases:\n" + inCiOnly)
            .write(
                "db/gitlab_schemas.yml",
                "orders: gitlab_main\nbuilds: gitlab_ci\nsettings: gitlab_shared\n")
            .jobClass("CountSettings", "settings")
            .javaJobClass(CountBoth.class);
    application.init();
    inMain = new Migrated(main.url());
    inCi = new Migrated(ci.url());
  }

  @AfterAll
  static void end() {
    application.close();
    temporal.close();
    inMain.close();
    inCi.close();
  }

  @Test
  void aKilledWorkerChangesEachRowOfBothDatabasesOnce() {
    assertThat(
            application.run(
                "queue",
                "CountBoth",
                "orders",
                "id",
                "--batch-size=250",
                "--sub-batch-size=50",
                "--pause-ms=0"))
        .extracting(Application.Ended::exitCode)
        .isEqualTo(0);

    ChildProcess worker = application.start("worker");
    int hits = 0;
    for (int kill = 1; kill <= KILLS; kill++) {
      long goal = changed() + 200;
      await(worker, () -> changed() >= goal && isBetweenTheCommits());
      worker.killHard();
      // The rows of ci are committed, those of main never will be.
      if (inCi.number("SELECT sum(n) FROM builds") > changed()) {
        hits++;
      }
      assertThat(changed()).isLessThan(ROWS);
      worker = application.start("worker");
    }
    ChildProcess last = worker;
    assertThat(hits).as("kills between the two commits").isPositive();
    await(last, () -> inMain.status(1).equals("finished"));
    last.killHard();

    assertThat(counted(inMain, "orders")).isEqualTo(ROWS + " 1 1");
    assertThat(counted(inCi, "builds")).isEqualTo(ROWS + " 1 1");
  }

  @Test
  void eachPlaceOfGitlabSharedIsDoneOnceByItsOwnWorker() {
    var queued = application.run("queue", "CountSettings", "settings", "id", "--once-per-place");
    assertThat(queued.out().lines()).hasSize(2);

    ChildProcess ofMain = application.start("worker", "--config", "main.yml");
    ChildProcess ofCi = application.start("worker", "--config", "ci.yml");
    await(ofMain, () -> finishedSettings(inMain));
    await(ofCi, () -> finishedSettings(inCi));

    for (Migrated database : new Migrated[] {inMain, inCi}) {
      assertThat(counted(database, "settings")).isEqualTo("500 1 1");
    }
    assertThat(ofMain.lastWords())
        .contains("serves gitlab_shared on database main")
        .doesNotContain("database ci");
    assertThat(ofCi.lastWords())
        .contains("serves gitlab_shared on database ci")
        .doesNotContain("database main");
    ofMain.killHard();
    ofCi.killHard();
  }

  private static boolean finishedSettings(Migrated database) {
    return database.number(
            "SELECT count(*) FROM bbm.batched_background_migrations WHERE table_name = 'settings' AND status = 3")
        == 1;
  }

  private static boolean isBetweenTheCommits() {
    return inMain.number(
            "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'UPDATE orders AS it%'")
        > 0;
  }

  private static long changed() {
    return inMain.number("SELECT sum(n) FROM orders");
  }

  private static String counted(Migrated database, String table) {
    return database.value(
        "SELECT concat_ws(' ', count(*), min(n), max(n)) FROM %s".formatted(table));
  }

  private static void await(ChildProcess worker, BooleanSupplier condition) {
    Await.until(worker::lastWords, LIMIT, condition);
  }
}
