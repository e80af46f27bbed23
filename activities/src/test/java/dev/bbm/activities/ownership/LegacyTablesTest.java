package dev.bbm.activities.ownership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bbm.activities.database.PostgresExtension;
import dev.bbm.activities.database.TestSession;
import dev.bbm.activities.topology.Database;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** In which order legacy tables are truncated, and what is refused. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
final class LegacyTablesTest {

  @RegisterExtension
  static final PostgresExtension postgres = new PostgresExtension(Decomposed::install);

  private TestSession session;
  private Database database;
  private LegacyTables legacy;

  /** builds_1 → builds_2 ⇄ builds_3 → runners; p_builds → builds_1; stages → itself. */
  @BeforeEach
  void createLockedTables() throws Exception {
    session = new TestSession(postgres);
    session.script(
        """
        DROP TABLE IF EXISTS orders, child, stages, p_builds, builds_1, builds_2, builds_3, runners CASCADE;
        DELETE FROM bbm.migration_events; DELETE FROM bbm.failovers;
        CREATE TABLE orders (id bigint PRIMARY KEY);
        CREATE TABLE runners (id bigint PRIMARY KEY);
        CREATE TABLE builds_3 (id bigint PRIMARY KEY REFERENCES runners, two bigint);
        CREATE TABLE builds_2 (id bigint PRIMARY KEY REFERENCES builds_3);
        ALTER TABLE builds_3 ADD CONSTRAINT builds_3_two_fkey FOREIGN KEY (two) REFERENCES builds_2;
        CREATE TABLE builds_1 (id bigint PRIMARY KEY REFERENCES builds_2);
        CREATE TABLE p_builds (id bigint PRIMARY KEY REFERENCES builds_1) PARTITION BY RANGE (id);
        CREATE TABLE p_builds_100 PARTITION OF p_builds FOR VALUES FROM (0) TO (100);
        CREATE TABLE stages (id bigint PRIMARY KEY, parent bigint REFERENCES stages);
        INSERT INTO orders VALUES (1);
        INSERT INTO runners VALUES (1);
        INSERT INTO builds_3 VALUES (1);
        INSERT INTO builds_2 VALUES (1);
        UPDATE builds_3 SET two = 1;
        INSERT INTO builds_1 VALUES (1);
        INSERT INTO p_builds VALUES (1);
        INSERT INTO stages VALUES (1, 1);
        """);
    database = Decomposed.open(postgres);
    legacy = new LegacyTables(database, Decomposed.MAIN, "ann");
    Decomposed.locks(database).follow(false);
    session.run("DELETE FROM bbm.migration_events");
  }

  @AfterEach
  void close() throws SQLException {
    session.close();
    database.close();
  }

  @Test
  void truncatesReferencingTablesFirstAndCirclesTogether() {
    assertThat(legacy.plan(null, 1))
        .extracting(TruncationStage::tables)
        .containsExactly(
            "public.p_builds",
            "public.stages",
            "public.builds_1",
            "public.builds_2, public.builds_3",
            "public.runners");
  }

  @Test
  void gathersGroupsIntoStages() {
    assertThat(legacy.plan(null, 3))
        .extracting(TruncationStage::tables)
        .containsExactly(
            "public.builds_1, public.p_builds, public.stages",
            "public.builds_2, public.builds_3, public.runners");
  }

  @Test
  void stopsAfterTheGivenTable() {
    assertThat(legacy.plan("builds_1", 5))
        .extracting(TruncationStage::tables)
        .containsExactly("public.builds_1, public.p_builds, public.stages");
  }

  @Test
  void emptiesThemAndNothingElse() throws SQLException {
    for (TruncationStage stage : legacy.plan(null, 2)) {
      legacy.truncate(stage);
    }

    for (String table :
        List.of("p_builds", "builds_1", "builds_2", "builds_3", "runners", "stages")) {
      assertThat(rows(table)).as(table).isZero();
    }
    assertThat(rows("orders")).isOne();
    assertThat(legacy.plan(null, 5)).allMatch(stage -> stage.bytes() == 0);
    assertThat(
            session.column(
                "SELECT concat_ws(' ', kind, by, number, reason) FROM bbm.migration_events ORDER BY id"))
        .containsExactly(
            "truncated ann 2 public.p_builds, public.stages",
            "truncated ann 3 public.builds_1, public.builds_2, public.builds_3",
            "truncated ann 1 public.runners");
  }

  @Test
  void printsStatementsThatDoTheSame() throws SQLException {
    for (TruncationStage stage : legacy.plan(null, 1)) {
      session.script(stage.statements());
    }

    assertThat(rows("p_builds") + rows("builds_3") + rows("runners") + rows("stages")).isZero();
  }

  @Test
  void keepsTheTablesLocked() throws SQLException {
    legacy.plan(null, 9).forEach(legacy::truncate);

    assertThat(
            session.number(
                "SELECT count(*) FROM pg_trigger WHERE tgfoid = 'bbm.prevent_write'::regproc"))
        .isEqualTo(7);
  }

  @Test
  void refusesATableThatIsNotLocked() throws SQLException {
    session.run("ALTER TABLE p_builds_100 DISABLE TRIGGER USER");

    assertRefused(
        ErrorCode.NOT_WRITE_LOCKED,
        "table \"p_builds_100\" is not locked for writes",
        () -> legacy.plan(null, 5));
  }

  @Test
  void refusesAStageWhoseTableWasUnlockedMeanwhile() throws SQLException {
    List<TruncationStage> stages = legacy.plan(null, 9);
    session.run("SELECT bbm.unlock_table('runners'::regclass, '1s')");

    assertRefused(
        ErrorCode.NOT_WRITE_LOCKED,
        "table \"runners\" was unlocked or moved meanwhile",
        () -> legacy.truncate(stages.getFirst()));
    assertThat(rows("runners")).isOne();
  }

  @Test
  void refusesWhenATableOutsideReferencesOneInside() throws SQLException {
    session.run(
        "ALTER TABLE orders ADD CONSTRAINT orders_runner_fkey FOREIGN KEY (id) REFERENCES runners");

    assertThatThrownBy(() -> legacy.plan(null, 5))
        .isInstanceOfSatisfying(
            ApplicationException.class,
            refusal -> {
              assertThat(refusal.code()).isEqualTo(ErrorCode.REFERENCED_FROM_OUTSIDE);
              assertThat(refusal)
                  .hasMessage("table \"orders\", which is no legacy table, references \"runners\"");
              assertThat(refusal.hint())
                  .contains("drop its foreign key \"orders_runner_fkey\" first");
            });
  }

  @Test
  void refusesATableThatLivesHereAsTheLast() {
    assertRefused(
        ErrorCode.UNKNOWN_TABLE,
        "table \"orders\" is no legacy table of this database",
        () -> legacy.plan("orders", 5));
  }

  @Test
  void refusesAWrongBatchSize() {
    assertRefused(
        ErrorCode.INVALID_OPTION,
        "min_batch_size must be at least 1, not 0",
        () -> legacy.plan(null, 0));
  }

  @Test
  void refusesDuringAFailover() throws SQLException {
    List<TruncationStage> stages = legacy.plan(null, 9);
    session.run("INSERT INTO bbm.failovers VALUES (gen_random_uuid(), 'main', 'ci')");

    assertThatThrownBy(() -> legacy.truncate(stages.getFirst()))
        .hasMessage("a failover is under way, which locks and unlocks tables itself");
  }

  @Test
  void leavesATableThatInheritsFromOneInside() throws SQLException {
    session.run("CREATE TABLE child () INHERITS (stages)");
    session.run("INSERT INTO child VALUES (7, NULL)");

    legacy.plan(null, 9).forEach(legacy::truncate);

    assertThat(rows("child")).isOne();
    assertThat(rows("ONLY stages")).isZero();
  }

  @Test
  void waitsForATableThatIsInUse() throws Exception {
    List<TruncationStage> stages = legacy.plan(null, 9);
    session.begin();
    session.one("SELECT count(*) FROM runners");
    var truncating = Thread.ofVirtual().start(() -> legacy.truncate(stages.getFirst()));
    try (var other = new TestSession(postgres)) {
      while (other.number(
              "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'runners'::regclass")
          == 0) {
        Thread.onSpinWait();
      }
    }

    session.commit();
    truncating.join();

    assertThat(rows("runners")).isZero();
  }

  private long rows(String table) throws SQLException {
    return session.number("SELECT count(*) FROM " + table);
  }

  private static void assertRefused(ErrorCode code, String message, ThrowingCallable work) {
    assertThatThrownBy(work)
        .hasMessage(message)
        .isInstanceOfSatisfying(
            ApplicationException.class, refusal -> assertThat(refusal.code()).isEqualTo(code));
  }
}
