package dev.bbm.activities.ownership;

import static dev.bbm.activities.database.SqlStateAssert.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bbm.activities.database.PostgresExtension;
import dev.bbm.activities.database.TestSession;
import dev.bbm.activities.topology.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which tables are locked for writes, and what a lock holds up. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
final class WriteLocksTest {

  private static final String LOCKED = "2F002";

  @RegisterExtension
  static final PostgresExtension postgres = new PostgresExtension(Decomposed::install);

  private TestSession session;
  private Database database;
  private WriteLocks locks;

  @BeforeEach
  void createTables() throws SQLException {
    session = new TestSession(postgres);
    session.script(
        """
        DROP SCHEMA IF EXISTS parts CASCADE;
        DROP TABLE IF EXISTS orders, users, orgs, meta, geo, stray, builds, builds_7, p_builds, "or""ders; DROP", p_builds_300;
        DELETE FROM bbm.migration_events; DELETE FROM bbm.unlocked_tables; DELETE FROM bbm.failovers;
        UPDATE bbm.schema_ownership SET state = 'ACTIVE';
        CREATE TABLE orders (id bigint PRIMARY KEY);
        CREATE TABLE users (id bigint);
        CREATE TABLE orgs (id bigint);
        CREATE TABLE meta (id bigint);
        CREATE TABLE geo (id bigint);
        CREATE TABLE stray (id bigint);
        CREATE TABLE builds (id bigint, n integer NOT NULL DEFAULT 0);
        INSERT INTO builds VALUES (1);
        CREATE TABLE "or""ders; DROP" (id bigint);
        CREATE SCHEMA parts;
        CREATE TABLE p_builds (id bigint) PARTITION BY RANGE (id);
        CREATE TABLE p_builds_100 PARTITION OF p_builds FOR VALUES FROM (0) TO (100);
        CREATE TABLE parts.of_another_name PARTITION OF p_builds FOR VALUES FROM (100) TO (200);
        """);
    database = Decomposed.open(postgres);
    locks = Decomposed.locks(database);
  }

  @AfterEach
  void close() throws SQLException {
    session.close();
    database.close();
  }

  @Test
  void locksExactlyWhatLivesElsewhere() throws InterruptedException {
    List<LockOutcome> outcomes = locks.follow(false);

    assertThat(tables(outcomes, LockAction.LOCKED))
        .containsExactlyInAnyOrder(
            "builds", "or\"ders; DROP", "p_builds", "p_builds_100", "parts.of_another_name");
    assertThat(tables(outcomes, LockAction.SKIPPED))
        .containsExactlyInAnyOrder("orders", "users", "orgs", "meta", "geo", "stray");
    assertThat(
            outcomes.stream()
                .filter(it -> it.action() == LockAction.SKIPPED)
                .collect(Collectors.toMap(it -> it.table().table(), it -> it.table().home())))
        .containsEntry("orders", "here")
        .containsEntry("users", "here")
        .containsEntry("orgs", "here")
        .containsEntry("meta", "here")
        .containsEntry("geo", "nowhere")
        .containsEntry("stray", "unclassified");
  }

  @Test
  void doesNothingTheSecondTime() throws Exception {
    locks.follow(false);

    assertThat(locks.follow(false)).allMatch(it -> it.action() == LockAction.SKIPPED);
    assertThat(events()).containsExactly("writes_locked ann 5");
  }

  @Test
  void locksNothingInASinglePlace() throws InterruptedException {
    var alone =
        new ConfiguredSchemas(List.of("gitlab_main", "gitlab_ci", "gitlab_shared"), List.of());

    assertThat(new WriteLocks(database, alone, "ann").follow(false))
        .allMatch(it -> it.action() == LockAction.SKIPPED);
  }

  @Test
  void locksNothingThatAnyNameOfThisPlaceHas() {
    var twoNamesHere =
        new ConfiguredSchemas(
            List.of("gitlab_main", "gitlab_shared", "gitlab_ci"), List.of("gitlab_geo"));

    assertThat(new WriteLocks(database, twoNamesHere, "ann").list())
        .filteredOn(WriteLock::isMissing)
        .extracting(WriteLock::table)
        .containsExactly("geo");
  }

  @Test
  void leavesAloneWhatItsOwnershipRowContradicts() throws SQLException {
    session.run(
        "INSERT INTO bbm.schema_ownership SELECT 'gitlab_ci', 'main', 1, 'ACTIVE', place, 0 FROM bbm.database_identity");
    try {
      assertThat(locks.list())
          .filteredOn(it -> it.tableName().equals("builds"))
          .allMatch(it -> it.home().equals("disputed") && it.due() == null);
      session.run(
          "UPDATE bbm.schema_ownership SET state = 'RETIRED' WHERE gitlab_schema = 'gitlab_ci'");
      assertThat(locks.list())
          .filteredOn(it -> it.tableName().equals("builds"))
          .allMatch(WriteLock::isMissing);
    } finally {
      session.run("DELETE FROM bbm.schema_ownership WHERE gitlab_schema = 'gitlab_ci'");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INSERT INTO builds VALUES (2)",
        "UPDATE builds SET n = 1",
        "DELETE FROM builds WHERE false",
        "TRUNCATE builds",
        "INSERT INTO p_builds VALUES (1)",
        "INSERT INTO p_builds_100 VALUES (1)",
        "INSERT INTO parts.of_another_name VALUES (100)",
        "INSERT INTO \"or\"\"ders; DROP\" VALUES (1)",
        "WITH w AS (INSERT INTO builds VALUES (2) RETURNING id) SELECT id FROM w",
        "MERGE INTO builds AS b USING orders AS o ON o.id = b.id WHEN NOT MATCHED THEN INSERT VALUES (o.id)",
      })
  void refusesToWriteALockedTable(String write) throws Exception {
    locks.follow(false);

    assertRefused(LOCKED, "is write protected within this", () -> session.run(write));
  }

  @Test
  void refusesToWriteThroughAView() throws Exception {
    session.run("CREATE VIEW parts.all_builds AS SELECT id, n FROM builds");
    locks.follow(false);

    assertRefused(LOCKED, "Table: \"builds\"", () -> session.run("DELETE FROM parts.all_builds"));
  }

  @Test
  void refusesARoleThatMayNotUseSchemaBbmInTheSameWords() throws Exception {
    locks.follow(false);
    session.script("CREATE ROLE app; GRANT ALL ON builds TO app; SET ROLE app");
    try {
      assertRefused(LOCKED, "Table: \"builds\"", () -> session.run("DELETE FROM builds"));
    } finally {
      session.script("RESET ROLE; DROP OWNED BY app; DROP ROLE app");
    }
  }

  @Test
  void refusesATransactionThatBeganBeforeTheLock() throws Exception {
    session.begin(Connection.TRANSACTION_REPEATABLE_READ);
    session.one("SELECT count(*) FROM orders");
    locks.follow(false);

    assertRefused(LOCKED, "builds", () -> session.run("DELETE FROM builds"));
    session.rollback();
  }

  @Test
  void letsAToolWriteWithinOneTransaction() throws Exception {
    locks.follow(false);

    session.begin();
    session.run("SELECT set_config('lock_writes.builds', 'false', true)");
    session.run("INSERT INTO builds VALUES (2)");
    session.commit();

    assertRefused(LOCKED, "builds", () -> session.run("INSERT INTO builds VALUES (3)"));
    assertThat(session.number("SELECT count(*) FROM builds")).isEqualTo(2);
  }

  @Test
  void namesASettingThatWorksForAHostileName() throws Exception {
    locks.follow(false);

    session.begin();
    session.run("SELECT set_config(bbm.write_lock_setting('or\"ders; DROP'), 'false', true)");
    session.run("INSERT INTO \"or\"\"ders; DROP\" VALUES (1)");
    session.rollback();
  }

  @Test
  void cutsTheTriggersNameBetweenCharacters() throws Exception {
    String longest = "ü".repeat(31) + "x";
    session.run("INSERT INTO bbm.table_schemas VALUES (?, 'gitlab_ci')", longest);
    session.run("CREATE TABLE \"%s\" (id bigint)".formatted(longest));

    locks.follow(false);

    assertRefused(
        LOCKED, longest, () -> session.run("INSERT INTO \"%s\" VALUES (1)".formatted(longest)));
    session.run("DROP TABLE \"%s\"".formatted(longest));
    session.run("DELETE FROM bbm.table_schemas WHERE table_name = ?", longest);
  }

  @Test
  void seesThatALockIsDisabledAndMendsIt() throws Exception {
    locks.follow(false);
    session.run("ALTER TABLE builds DISABLE TRIGGER ALL");

    assertThat(tables(locks.follow(false), LockAction.LOCKED)).containsExactly("builds");
    assertRefused(LOCKED, "builds", () -> session.run("DELETE FROM builds"));
  }

  @Test
  void unlocksWhatHasComeToLiveHere() throws Exception {
    locks.follow(false);
    session.run(
        "UPDATE bbm.table_schemas SET gitlab_schema = 'gitlab_main' WHERE table_name = 'builds'");
    try {
      assertThat(tables(locks.follow(true), LockAction.NEEDS_UNLOCK)).containsExactly("builds");
      assertThat(tables(locks.follow(false), LockAction.UNLOCKED)).containsExactly("builds");
      session.run("INSERT INTO builds VALUES (2)");
    } finally {
      session.run(
          "UPDATE bbm.table_schemas SET gitlab_schema = 'gitlab_ci' WHERE table_name = 'builds'");
    }
  }

  @Test
  void aDryRunChangesNothing() throws Exception {
    assertThat(tables(locks.follow(true), LockAction.NEEDS_LOCK)).hasSize(5);

    session.run("INSERT INTO builds VALUES (2)");
    assertThat(events()).isEmpty();
  }

  @Test
  void unlocksEverything() throws Exception {
    locks.follow(false);
    session.run("DELETE FROM bbm.table_schemas WHERE table_name = 'builds'");
    try {
      assertThat(tables(locks.unlock(true), LockAction.NEEDS_UNLOCK)).hasSize(5);
      assertThat(tables(locks.unlock(false), LockAction.UNLOCKED)).hasSize(5);
      session.run("INSERT INTO builds VALUES (2)");
      session.run("INSERT INTO p_builds VALUES (2)");
      assertThat(events()).containsExactly("writes_locked ann 5", "writes_unlocked ann 5");
    } finally {
      session.run("INSERT INTO bbm.table_schemas VALUES ('builds', 'gitlab_ci')");
    }
  }

  @Test
  void keepsTheLockOfADetachedPartition() throws Exception {
    locks.follow(false);

    session.run("ALTER TABLE p_builds DETACH PARTITION p_builds_100");

    assertThat(locks.list())
        .filteredOn(it -> it.tableName().equals("p_builds_100"))
        .allMatch(it -> it.home().equals("elsewhere") && it.locked());
    session.run("DROP TABLE p_builds_100");
  }

  @Test
  void reportsAPartitionThatIsAttachedLaterAndLocksItNextTime() throws Exception {
    locks.follow(false);
    session.run("CREATE TABLE p_builds_300 PARTITION OF p_builds FOR VALUES FROM (200) TO (300)");

    assertThat(locks.watch()).extracting(UnlockedTable::tableName).containsExactly("p_builds_300");
    assertThat(tables(locks.follow(false), LockAction.LOCKED)).containsExactly("p_builds_300");
    assertRefused(
        LOCKED, "p_builds_300", () -> session.run("INSERT INTO p_builds_300 VALUES (200)"));
  }

  @Test
  void locksOnlyTheNewTablesAfterAMigration() throws Exception {
    Set<Long> before = locks.relations();
    session.script(
        """
        CREATE TABLE builds_7 (id bigint);
        CREATE TABLE p_builds_300 PARTITION OF p_builds FOR VALUES FROM (200) TO (300)
        """);

    assertThat(tables(locks.lockNew(before), LockAction.LOCKED))
        .containsExactlyInAnyOrder("builds_7", "p_builds_300");
    session.run("INSERT INTO builds VALUES (2)");
    assertRefused(LOCKED, "builds_7", () -> session.run("INSERT INTO builds_7 VALUES (2)"));
  }

  @Test
  void tellsOnceWhatIsNotLocked() throws Exception {
    assertThat(locks.watch()).hasSize(5).allMatch(UnlockedTable::isNew);
    assertThat(locks.watch()).hasSize(5).noneMatch(UnlockedTable::isNew);
    locks.follow(false);
    session.run("CREATE TABLE builds_7 (id bigint)");
    assertThat(locks.watch()).hasSize(1).allMatch(UnlockedTable::isNew);
    locks.follow(false);
    assertThat(locks.watch()).isEmpty();
    assertThat(locks.watch()).isEmpty();

    assertThat(events())
        .containsExactly(
            "write_locks_missing ann 5",
            "writes_locked ann 5",
            "write_locks_missing ann 1",
            "writes_locked ann 1",
            "write_locks_complete ann 0");
    assertThat(
            session.one(
                "SELECT reason FROM bbm.migration_events WHERE kind = 'write_locks_missing' ORDER BY id DESC"))
        .isEqualTo("not locked for writes: builds_7");
  }

  @Test
  void leavesTheTablesToAFailoverThatIsUnderWay() throws Exception {
    session.run("INSERT INTO bbm.failovers VALUES (gen_random_uuid(), 'main', 'ci')");

    assertThatThrownBy(() -> locks.follow(false))
        .hasMessage("a failover is under way, which locks and unlocks tables itself");
    assertThatThrownBy(() -> locks.unlock(false))
        .hasMessage("a failover is under way, which locks and unlocks tables itself");
    assertThat(locks.watch()).hasSize(5).noneMatch(UnlockedTable::isNew);
    assertThat(events()).isEmpty();
  }

  @Test
  void saysWhoIsInTheWayAndLocksTheOthers() throws Exception {
    session.begin();
    session.run("UPDATE builds SET n = 2");

    List<LockOutcome> outcomes = locks.follow(false);

    assertThat(outcomes)
        .filteredOn(it -> it.action() == LockAction.NEEDS_LOCK)
        .singleElement()
        .satisfies(it -> {
          assertThat(it.table().table()).isEqualTo("builds");
          assertThat(it.remark())
              .startsWith("it was in use each time, now by process %d (".formatted(session.pid()));
        });
    assertThat(tables(outcomes, LockAction.LOCKED)).hasSize(4);
    session.rollback();
  }

  @Test
  void waitsForAVacuum() throws Exception {
    session.begin();
    session.run("LOCK TABLE builds IN SHARE UPDATE EXCLUSIVE MODE");
    var ended = Thread.ofVirtual().start(() -> endAfterTheFirstTry(session));

    assertThat(tables(locks.follow(false), LockAction.LOCKED)).hasSize(5);
    ended.join();
  }

  private void endAfterTheFirstTry(TestSession vacuum) {
    try (var other = new TestSession(postgres)) {
      while (other.number(
              "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'builds'::regclass")
          == 0) {
        Thread.onSpinWait();
      }
      vacuum.commit();
    } catch (SQLException failed) {
      throw new IllegalStateException(failed);
    }
  }

  @Test
  void tellsOfATableThatThisRoleMayNotLock() throws Exception {
    session.script(
        """
        CREATE ROLE keeper LOGIN; GRANT ALL ON SCHEMA bbm TO keeper; GRANT ALL ON ALL TABLES IN SCHEMA bbm TO keeper;
        ALTER TABLE p_builds OWNER TO keeper; ALTER TABLE p_builds_100 OWNER TO keeper;
        GRANT ALL ON SCHEMA parts TO keeper; ALTER TABLE parts.of_another_name OWNER TO keeper;
        """);
    try (Database asKeeper = Decomposed.open(postgres, "keeper")) {
      List<LockOutcome> outcomes = Decomposed.locks(asKeeper).follow(false);

      assertThat(tables(outcomes, LockAction.LOCKED)).hasSize(3);
      assertThat(outcomes)
          .filteredOn(it -> it.table().table().equals("builds"))
          .allMatch(it -> "permission denied for table builds".equals(it.remark()));
    } finally {
      session.script(
          "REASSIGN OWNED BY keeper TO postgres; DROP OWNED BY keeper; DROP ROLE keeper");
    }
  }

  private static List<String> tables(List<LockOutcome> outcomes, LockAction action) {
    return outcomes.stream()
        .filter(it -> it.action() == action)
        .map(it -> it.table().table())
        .toList();
  }

  private List<@Nullable String> events() throws SQLException {
    return session.column(
        "SELECT concat_ws(' ', kind, by, number) FROM bbm.migration_events ORDER BY id");
  }
}
