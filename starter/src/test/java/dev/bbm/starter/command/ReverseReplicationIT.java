package dev.bbm.starter.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bbm.activities.job.JobClasses;
import dev.bbm.activities.migration.TokenKeeper;
import dev.bbm.activities.migration.TokenKeeper.Grip;
import dev.bbm.activities.ownership.OwnershipToken;
import dev.bbm.activities.topology.DatabaseSettings;
import dev.bbm.activities.topology.Secret;
import dev.bbm.starter.command.Cli.Begun;
import dev.bbm.starter.command.Cli.Result;
import dev.bbm.starter.embedded.TemporalDevServerProcess;
import dev.bbm.starter.exactness.Await;
import dev.bbm.starter.testbed.CountedTable;
import dev.bbm.starter.testbed.FailoverPair;
import dev.bbm.starter.testbed.Sql;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A rollback with the operator's own logical replication from ci back to main. */
@Timeout(600)
final class ReverseReplicationIT {

  private static final String DATA = "TABLE ci_builds, ci_pipelines, p_ci_logs";

  private static final String TRACKING =
      """
      bbm.batched_background_migrations WHERE (gitlab_schema = 'gitlab_ci'),
      bbm.batched_background_migration_jobs WHERE (gitlab_schema = 'gitlab_ci')\
      """;

  @TempDir private static Path temporalFolder;
  private static TemporalDevServerProcess temporal;

  @TempDir private Path folder;
  private FailoverTrial trial;
  private FailoverPair pair;

  @BeforeAll
  static void startTemporal() {
    temporal = FailoverTrial.temporal(temporalFolder);
  }

  @AfterAll
  static void stopTemporal() {
    if (temporal != null) {
      temporal.close();
    }
  }

  @BeforeEach
  void start() throws IOException {
    pair = FailoverPair.start(folder, Map.of("wal_level", "logical"));
    trial = FailoverTrial.start(temporal, pair);
  }

  @AfterEach
  void stop() {
    trial.close();
  }

  @Test
  void dropsNothingWhereProgressComesBackWithTheData() throws SQLException {
    Begun start = moveWith(DATA + ", " + TRACKING);
    assertThat(start.join().out()).contains("moved: ci runs gitlab_ci");
    String uid = uid(CountedTable.BUILDS);
    run(pair.onStandby(), uid, 3);
    pair.onStandby()
        .execute(
            "DELETE FROM ci_builds WHERE id = 1999", "INSERT INTO ci_builds (id) VALUES (5000)");
    awaitOn(pair.onPrimary(), "SELECT count(*) FROM ci_builds WHERE n = 1", "150");
    assertThat(trial.run("list --all").out())
        .contains("main_3  transferred")
        .doesNotContain("main_3  active");

    Begun rollback;
    try (Connection application = DriverManager.getConnection(pair.onPrimary().jdbcUrl())) {
      application.setAutoCommit(false);
      application.createStatement().execute("LOCK TABLE ci_builds IN SHARE ROW EXCLUSIVE MODE");
      run(pair.onStandby(), uid, 1);
      rollback = trial.bbm().begin("failover rollback ci --reason slow --yes");
      awaitOn(
          pair.onStandby(),
          "SELECT state FROM bbm.schema_ownership WHERE gitlab_schema = 'gitlab_ci'",
          "FENCED");
      assertThat(
              pair.onPrimary()
                  .value(
                      "SELECT state FROM bbm.schema_ownership WHERE gitlab_schema = 'gitlab_ci'"))
          .isEqualTo("RETIRED");
    }
    Result back = rollback.join();

    assertThat(back.err()).isEmpty();
    assertThat(back.exitCode()).isZero();
    assertThat(back.out()).contains("back with what the copy changed");
    assertThat(pair.onPrimary().rows("SELECT id FROM ci_builds WHERE id > 1998 ORDER BY id"))
        .containsExactly("2000", "5000");
    assertThat(pair.onPrimary().value("SELECT count(*) FROM ci_builds WHERE n = 1"))
        .isEqualTo("200");
    assertThat(trial.run("list").out()).contains("main_3  active");
    run(pair.onPrimary(), uid, Integer.MAX_VALUE);
    assertThat(pair.onPrimary().rows("SELECT n, count(*) FROM ci_builds GROUP BY n ORDER BY n"))
        .containsExactly("0|1", "1|1999");
    assertThat(pair.onPrimary().rows("SELECT subenabled FROM pg_subscription"))
        .containsExactly("f");
    assertThat(pair.onStandby().rows("SELECT DISTINCT state FROM bbm.schema_ownership"))
        .containsExactly("RETIRED");
  }

  @Test
  void refusesWhereTheDataComesBackWithoutProgress() {
    Begun start = moveWith(DATA);
    trial.awaitShown(start, "checks failed");
    assertThat(trial.run("failover approve ci").exitCode()).isZero();
    assertThat(start.join().exitCode()).isZero();
    run(pair.onStandby(), uid(CountedTable.BUILDS), 3);
    awaitOn(pair.onPrimary(), "SELECT count(*) FROM ci_builds WHERE n = 1", "150");

    refused(
        "table bbm.batched_background_migration_jobs is not in subscription \"back\", or is being copied");
    republish(DATA + ", bbm.batched_background_migrations, bbm.batched_background_migration_jobs");
    refused(
        "bbm.batched_background_migration_jobs must be published WHERE (gitlab_schema IN ('gitlab_ci'))");
    republish(DATA + ", " + TRACKING.replace("gitlab_ci", "gitlab_main"));
    refused(
        "bbm.batched_background_migration_jobs must be published WHERE (gitlab_schema IN ('gitlab_ci'))");
    republish(
        DATA
            + ", "
            + TRACKING
                .replace("migrations WHERE", "migrations (id, gitlab_schema) WHERE")
                .replace("jobs WHERE", "jobs (id, gitlab_schema) WHERE"));
    refused("columns of bbm.batched_background_migration_jobs are not published");
    republish(DATA.replace("ci_builds", "ci_builds WHERE (id < 10)") + ", " + TRACKING);
    refused("rows of public.ci_builds are not published");
    republish(DATA.replace("ci_builds, ", "") + ", " + TRACKING);
    refused("table public.ci_builds is not in subscription \"back\", or is being copied");
    republish(DATA + ", " + TRACKING);
    pair.onStandby().execute("ALTER PUBLICATION back SET (publish = 'insert, update')");
    refused("publication \"back\" leaves out inserts, updates or deletes");
    pair.onStandby().execute("ALTER PUBLICATION back SET (publish = 'insert, update, delete')");
    pair.onPrimary().execute("ALTER SUBSCRIPTION back DISABLE");
    refused("it is disabled");
    pair.onPrimary().execute("ALTER SUBSCRIPTION back SET (slot_name = NONE)");
    refused("database \"ci\" has no slot of it");
  }

  /** The failover, with the publication made while nobody writes. */
  private Begun moveWith(String tables) {
    Begun start = trial.bbm().begin("failover start ci --yes --approve-before retire");
    trial.awaitShown(start, "waiting for you: approve step 8");
    pair.onStandby()
        .execute(
            "ALTER TABLE bbm.batched_background_migrations REPLICA IDENTITY FULL",
            "ALTER TABLE bbm.batched_background_migration_jobs REPLICA IDENTITY FULL",
            "CREATE PUBLICATION back FOR " + tables);
    pair.onPrimary()
        .execute(
            "CREATE SUBSCRIPTION back CONNECTION '%s' PUBLICATION back WITH (copy_data = false)"
                .formatted(connection(pair)));
    assertThat(trial.run("failover approve ci").exitCode()).isZero();
    return start;
  }

  private static String connection(FailoverPair pair) {
    return pair.standby().server().uri(FailoverPair.DATABASE).toString();
  }

  /** Publishes other tables, of which the source takes notice at once. */
  private void republish(String tables) {
    pair.onStandby().execute("ALTER PUBLICATION back SET " + tables);
    pair.onPrimary()
        .execute("ALTER SUBSCRIPTION back REFRESH PUBLICATION WITH (copy_data = false)");
  }

  private Result rollBack() {
    return trial.runWords("failover", "rollback", "ci", "--reason", "ci is slow", "--yes");
  }

  private void refused(String problem) {
    String before = trial.state();

    Result refused = rollBack();

    assertThat(refused.err())
        .startsWith(
            "error: subscription \"back\" brings changes back without what a rollback needs: "
                + problem);
    assertThat(refused.err()).contains("hint: docs/failover.md, Rollback with reverse replication");
    assertThat(refused.exitCode()).isEqualTo(3);
    assertThat(trial.state()).isEqualTo(before);
  }

  private static void awaitOn(Sql server, String query, String value) {
    Await.until(
        () -> "%s is %s, not %s".formatted(query, server.value(query), value),
        Duration.ofMinutes(2),
        () -> server.value(query).equals(value));
  }

  private String uid(CountedTable counted) {
    return pair.onPrimary()
        .value(
            "SELECT uid FROM bbm.batched_background_migrations WHERE table_name = ?",
            counted.table());
  }

  /** Works as a worker of that server, for at most so many sub-batches. */
  private void run(Sql server, String uid, int subBatches) {
    var settings =
        new DatabaseSettings(
            "ci", server.jdbcUrl(), "", new Secret(""), List.of("gitlab_ci"), true, true, 2);
    var classes = JobClasses.load(pair.jobClasses(), getClass().getClassLoader());
    try (var worker = new TokenKeeper(settings, "reverse-test", classes)) {
      OwnershipToken token = worker.token("gitlab_ci");
      int left = subBatches;
      Optional<Grip> grip = worker.claim(uid, token);
      while (grip.isPresent() && left > 0) {
        Grip held = grip.get();
        if (held.through() == null) {
          grip = worker.claim(uid, token);
        } else {
          grip = Optional.of(worker.runSubBatch(held));
          left--;
        }
      }
    }
  }
}
