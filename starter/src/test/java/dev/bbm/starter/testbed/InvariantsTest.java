package dev.bbm.starter.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bbm.activities.job.JobClasses;
import dev.bbm.activities.migration.TokenKeeper;
import dev.bbm.activities.topology.DatabaseSettings;
import dev.bbm.activities.topology.Secret;
import dev.bbm.workflows.migration.MigrationStatus;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The checks find nothing in a failover that went well, with zombies, and each finds the one thing
 * that was broken in what it left.
 */
@Timeout(300)
final class InvariantsTest {

  @TempDir private static Path folder;
  private static FailoverPair pair;
  private static Zombies zombies;
  private static List<Zombie.Account> accounts;
  private static List<Violation> before;
  private static List<Violation> onTheStandby;

  private Observed main;
  private Observed ci;

  @BeforeAll
  static void failOver() {
    pair = FailoverPair.start(folder);
    Witness.install(pair.onPrimary());
    pair.queueEveryKind();
    zombies = new Zombies(pair);
    zombies.hold(uid(CountedTable.BUILDS), "gitlab_ci");
    try (var worker = keeper(pair.onPrimary())) {
      for (var counted : List.of(CountedTable.ROUTES, CountedTable.LEASES, CountedTable.LOGS)) {
        begin(worker, counted, uid(counted));
      }
    }
    pair.awaitCaughtUp();
    before = Invariants.atAnyTime(observed("main", pair.onPrimary()));
    onTheStandby = Invariants.atAnyTime(observed("ci", pair.onStandby()));
    zombies.rise();
    new HandMadeFailover(pair).run();
    finish(pair.onPrimary(), "gitlab_main");
    finish(pair.onStandby(), "gitlab_ci");
    zombies.close();
    accounts = zombies.accounts();
  }

  private static Observed observed(String name, Sql sql) {
    return Observed.of(name, sql);
  }

  private static String uid(CountedTable counted) {
    return pair.onPrimary()
        .value(
            "SELECT uid FROM bbm.batched_background_migrations WHERE table_name = ?",
            counted.table());
  }

  private static TokenKeeper keeper(Sql server) {
    return new TokenKeeper(
        new DatabaseSettings("ci", server.jdbcUrl(), "", new Secret(""), List.of(), true, true, 2),
        "worker",
        JobClasses.load(pair.jobClasses(), InvariantsTest.class.getClassLoader()));
  }

  private static void begin(TokenKeeper worker, CountedTable counted, String uid) {
    var grip = worker.claim(uid, worker.token(counted.gitlabSchema())).orElseThrow();
    worker.runSubBatch(worker.runSubBatch(grip));
  }

  /** What this server owns now: its own schema, and its copy of what is shared. */
  private static void finish(Sql server, String owned) {
    try (var worker = keeper(server)) {
      for (CountedTable counted : CountedTable.values()) {
        if (counted != CountedTable.STRAYS
            && (counted.gitlabSchema().equals(owned) || counted.isShared())) {
          assertThat(worker.runToItsEnd(uid(counted), worker.token(counted.gitlabSchema())))
              .isEqualTo(MigrationStatus.FINISHED);
        }
      }
    }
  }

  @AfterAll
  static void stop() {
    pair.close();
  }

  @BeforeEach
  void observe() throws SQLException {
    main = observed("main", pair.onPrimary());
    ci = observed("ci", pair.onStandby());
    main.connection().setAutoCommit(false);
    ci.connection().setAutoCommit(false);
  }

  @AfterEach
  void undo() throws SQLException {
    main.connection().rollback();
    ci.connection().rollback();
    main.close();
    ci.close();
  }

  @Test
  void findNothingInAFailoverThatWentWell() {
    assertThat(before).isEmpty();
    assertThat(onTheStandby).isEmpty();
    assertThat(Invariants.whenAllIsDone(main, ci)).isEmpty();
    assertThat(Invariants.fencedWithin(Duration.ofSeconds(30), main)).isEmpty();
    assertThat(Invariants.noPauseOver(Duration.ofMinutes(1), main)).isEmpty();
  }

  @Test
  void seeTheRowsAndTheMovesOfBothServers() {
    assertThat(ci.rows("SELECT count(*) FROM ci_builds WHERE n = 1")).containsExactly("2000");
    assertThat(main.rows("SELECT count(*) FROM routes WHERE n = 1")).containsExactly("2000");
    assertThat(main.rows("SELECT count(*) < 2000 FROM ci_builds WHERE n = 1")).containsExactly("t");
    assertThat(main.rows("SELECT count(*) > 80 FROM audit.moves")).containsExactly("t");
    assertThat(main.rows("SELECT count(*) > 80 FROM audit.writes")).containsExactly("t");
  }

  @Test
  void zombiesOnBothServersWroteNothingBehindTheFence() {
    assertThat(accounts)
        .hasSize(2)
        .allSatisfy(account -> {
          assertThat(account.attempts()).isGreaterThan(10);
          assertThat(account.refusals()).isNotEmpty();
        });
    assertThat(zombies.writesBehindTheFence()).isZero();
  }

  /** One broken thing. */
  record Broken(int invariant, String server, String sql) {

    @Override
    public String toString() {
      return "%d on %s: %s".formatted(invariant, server, sql.strip().lines().findFirst().get());
    }
  }

  static Stream<Broken> brokenThings() {
    return Stream.of(
        new Broken(1, "ci", "UPDATE ci_builds SET n = 2 WHERE id = 7"),
        new Broken(
            1,
            "main",
            """
            INSERT INTO bbm.batched_background_migration_jobs
                   (batched_background_migration_id, min_cursor, max_cursor, batch_size, sub_batch_size, gitlab_schema, cursor, lane)
            SELECT batched_background_migration_id, min_cursor, max_cursor, batch_size, sub_batch_size, gitlab_schema, min_cursor, lane
              FROM bbm.batched_background_migration_jobs LIMIT 1
            """),
        new Broken(2, "ci", "UPDATE ci_builds SET n = 0 WHERE id = 7"),
        new Broken(
            2,
            "main",
            """
            DELETE FROM bbm.batched_background_migration_jobs
             WHERE max_cursor = '["2000"]' AND gitlab_schema = 'gitlab_main'
            """),
        new Broken(
            3,
            "main",
            "INSERT INTO audit.writes (table_name, here) VALUES ('ci_builds', audit.here())"),
        new Broken(
            3, "ci", "INSERT INTO audit.writes (table_name, here) VALUES ('users', audit.here())"),
        new Broken(
            3,
            "ci",
            "UPDATE audit.moves SET epoch = 1 WHERE table_name = 'ci_builds' AND here = audit.here()"),
        new Broken(
            3,
            "ci",
            "UPDATE audit.writes SET timeline = 1 WHERE table_name = 'leases' AND here = audit.here()"),
        new Broken(
            4,
            "main",
            "UPDATE bbm.schema_ownership SET state = 'ACTIVE' WHERE gitlab_schema = 'gitlab_ci'"),
        new Broken(
            5,
            "ci",
            "DELETE FROM audit.moves WHERE id = (SELECT min(v.id) FROM audit.moves AS v WHERE v.table_name = 'ci_builds')"),
        new Broken(
            6,
            "ci",
            """
            UPDATE bbm.batched_background_migration_jobs SET cursor = '["1999"]'
             WHERE cursor = '["2000"]' AND gitlab_schema = 'gitlab_ci'
            """),
        new Broken(6, "main", "UPDATE ci_builds SET n = 1 WHERE id = 2000"),
        new Broken(
            7,
            "ci",
            "UPDATE audit.moves SET before = '[\"1\"]' WHERE table_name = 'ci_builds' AND after = '[\"150\"]'"),
        new Broken(
            8,
            "ci",
            "UPDATE audit.owner_changes SET after.epoch = 1 WHERE (after).state = 'ACTIVE' AND (before).state = 'READY'"),
        new Broken(
            8,
            "main",
            """
            INSERT INTO audit.owner_changes (snapshot, gitlab_schema, before, after)
            SELECT pg_current_snapshot(), 'gitlab_ci', o, ROW ('gitlab_ci', 'main', 3, 'ACTIVE', o.place, 1, NULL, NULL, now())::bbm.schema_ownership
              FROM bbm.schema_ownership AS o WHERE o.gitlab_schema = 'gitlab_ci'
            """),
        new Broken(
            9,
            "main",
            "INSERT INTO audit.states (uid, table_name, after) VALUES (gen_random_uuid(), 'ci_builds', 1)"),
        new Broken(
            9,
            "ci",
            "INSERT INTO audit.states (uid, table_name, before, after) VALUES (gen_random_uuid(), 'users', 1, 0)"),
        new Broken(
            10,
            "main",
            """
            INSERT INTO audit.decisions (failover_id, before, after)
            SELECT id, 'COMMIT', 'ABORT' FROM bbm.failovers
            """),
        new Broken(
            10,
            "ci",
            "INSERT INTO audit.decisions (failover_id, after) SELECT id, 'ABORT' FROM bbm.failovers"),
        new Broken(10, "main", "DELETE FROM audit.decisions WHERE after = 'COMMIT'"),
        new Broken(
            10,
            "main",
            """
            INSERT INTO audit.owner_changes (snapshot, gitlab_schema, before, after)
            SELECT pg_current_snapshot(), 'gitlab_ci', o, ROW ('gitlab_ci', 'ci', 9, 'ACTIVE', o.place, 1, NULL, NULL, now())::bbm.schema_ownership
              FROM bbm.schema_ownership AS o WHERE o.gitlab_schema = 'gitlab_ci'
            """),
        new Broken(
            11,
            "ci",
            """
            UPDATE audit.owner_changes SET before.state = 'ACTIVE'
             WHERE gitlab_schema = 'gitlab_ci' AND (after).state = 'READY'
            """),
        new Broken(
            11,
            "ci",
            """
            UPDATE audit.owner_changes SET before.failover_id = gen_random_uuid()
             WHERE gitlab_schema = 'gitlab_ci' AND (after).state = 'READY'
            """),
        new Broken(12, "main", "UPDATE audit.decisions SET timeline = 2 WHERE after = 'COMMIT'"),
        new Broken(
            13,
            "main",
            "UPDATE bbm.batched_background_migrations SET status = 1 WHERE table_name = 'ci_builds'"),
        new Broken(
            13,
            "ci",
            "DELETE FROM bbm.batched_background_migrations WHERE table_name = 'ci_builds'"),
        new Broken(
            13,
            "ci",
            "UPDATE bbm.batched_background_migrations SET status = 1 WHERE table_name = 'strays'"),
        new Broken(
            14,
            "ci",
            """
            UPDATE bbm.batched_background_migrations SET status = 1, gitlab_schema = 'gitlab_main'
             WHERE table_name = 'ci_pipelines'
            """),
        new Broken(
            14,
            "ci",
            """
            INSERT INTO audit.writes (xid, table_name, here)
            SELECT v.xid, 'leases', v.here FROM audit.moves AS v WHERE v.table_name = 'ci_builds' ORDER BY v.id DESC LIMIT 1
            """),
        new Broken(
            15,
            "ci",
            "UPDATE bbm.batched_background_migrations SET status = 9 WHERE table_name = 'leases'"),
        new Broken(
            16,
            "ci",
            """
            INSERT INTO audit.moves (xid, uid, table_name, job_id, before, after, epoch, here)
            SELECT v.xid, v.uid, v.table_name, v.job_id + 1, v.before, v.after, v.epoch, v.here
              FROM audit.moves AS v WHERE v.table_name = 'ci_builds' LIMIT 1
            """),
        new Broken(
            19,
            "ci",
            "UPDATE bbm.batched_background_migrations SET status = 1 WHERE table_name = 'ci_builds'"),
        new Broken(20, "ci", "UPDATE audit.moves SET timeline = 99 WHERE table_name = 'routes'"),
        new Broken(20, "ci", "UPDATE audit.moves SET timeline = 99 WHERE table_name = 'ci_builds'"),
        new Broken(
            22,
            "main",
            """
            INSERT INTO audit.moves (uid, table_name, job_id, before, after)
            SELECT m.uid, m.table_name, 1, '["1"]', '["2"]'
              FROM bbm.batched_background_migrations AS m WHERE m.table_name = 'ci_builds'
            """),
        new Broken(
            23,
            "ci",
            "UPDATE bbm.batched_background_migrations SET uid = gen_random_uuid() WHERE table_name = 'users'"),
        new Broken(
            23,
            "main",
            """
            INSERT INTO bbm.batched_background_migration_jobs OVERRIDING SYSTEM VALUE
            SELECT (jsonb_populate_record(j, '{"id": 1000001}')).*
              FROM bbm.batched_background_migration_jobs AS j WHERE j.gitlab_schema = 'gitlab_main' LIMIT 1
            """));
  }

  @ParameterizedTest
  @MethodSource("brokenThings")
  void findWhatIsBroken(Broken broken) throws SQLException {
    execute(broken.server(), broken.sql());

    assertThat(Invariants.whenAllIsDone(main, ci))
        .extracting(Violation::invariant)
        .contains(broken.invariant());
  }

  @Test
  void findAFenceThatCameLate() throws SQLException {
    execute(
        "main",
        "UPDATE audit.owner_changes SET at = at - interval '1 hour' WHERE (after).drain_until IS NOT NULL");

    assertThat(Invariants.fencedWithin(Duration.ofSeconds(30), main))
        .extracting(Violation::invariant)
        .containsExactly(18);
  }

  @Test
  void findASchemaThatWaitedThoughItStayed() throws SQLException {
    execute(
        "main",
        """
        UPDATE audit.moves SET at = at + interval '1 hour'
         WHERE table_name IN ('routes', 'users')
           AND at > (SELECT min(c.at) FROM audit.owner_changes AS c WHERE (c.after).state = 'FENCED')
        """);

    assertThat(Invariants.noPauseOver(Duration.ofMinutes(1), main))
        .extracting(Violation::invariant)
        .containsExactly(24);
  }

  @Test
  void seeAStepThatDidMoreTheSecondTime() throws SQLException {
    var once = StateImage.of(ci);
    assertThat(StateImage.of(ci)).isEqualTo(once);

    execute("ci", "UPDATE bbm.schema_ownership SET epoch = epoch + 1");

    assertThat(StateImage.of(ci)).isNotEqualTo(once);
  }

  /** Past every trigger; undone after the test. */
  private void execute(String server, String sql) throws SQLException {
    try (var statement = (server.equals("main") ? main : ci).connection().createStatement()) {
      statement.execute("SET LOCAL session_replication_role = replica");
      // This one guards replicated rows.
      statement.execute(
          "ALTER TABLE bbm.batched_background_migrations DISABLE TRIGGER batched_background_migrations_keep_transferred");
      assertThat(statement.executeUpdate(sql)).isPositive();
    }
  }
}
