package dev.bbm.activities.failover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bbm.activities.database.OwnedDatabase;
import dev.bbm.activities.database.PostgresExtension;
import dev.bbm.activities.database.TestSession;
import dev.bbm.activities.migration.Lane;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a failover does with the migrations themselves. */
final class ReclassificationTest {

  private static final String FAILOVER = "11111111-1111-1111-1111-111111111111";
  private static final String LABEL =
      "SELECT string_agg(l, '; ') FROM bbm.label_migrations('%s', 'test') AS l".formatted(FAILOVER);
  private static final String ROWS =
      """
      SELECT string_agg(concat_ws(' ', m.table_name, m.gitlab_schema, bbm.status_name(m.status)), ', ' ORDER BY m.id)
        FROM bbm.batched_background_migrations AS m
      """;

  @RegisterExtension
  static final PostgresExtension postgres = new PostgresExtension(OwnedDatabase::install);

  private TestSession session;
  private TestSession other;

  @BeforeEach
  void queueTwo() throws SQLException {
    session = new TestSession(postgres);
    other = new TestSession(postgres);
    session.script(
        """
        DROP TABLE IF EXISTS routes, ci_builds;
        DELETE FROM bbm.batched_background_migrations;
        DELETE FROM bbm.migration_events;
        DELETE FROM bbm.failovers;
        DELETE FROM bbm.table_schemas;
        DELETE FROM bbm.schema_ownership;
        SELECT bbm.install_ownership('main', false, '{gitlab_main,gitlab_ci,gitlab_shared}');
        INSERT INTO bbm.table_schemas (table_name, gitlab_schema) VALUES ('routes', 'gitlab_main'), ('ci_builds', 'gitlab_ci');
        CREATE TABLE routes (id bigint PRIMARY KEY, n integer NOT NULL DEFAULT 0);
        CREATE TABLE ci_builds (id bigint PRIMARY KEY, n integer NOT NULL DEFAULT 0);
        INSERT INTO routes SELECT generate_series(1, 100);
        INSERT INTO ci_builds SELECT generate_series(1, 100);
        SELECT bbm.queue_batched_background_migration('Touch', 'routes', sub_batch_size => 10);
        SELECT bbm.queue_batched_background_migration('Touch', 'ci_builds', sub_batch_size => 10);
        """);
    session.run(
        "SELECT bbm.open_failover('%s', 'main', 'ci', '{gitlab_ci}', '{}')".formatted(FAILOVER));
  }

  @AfterEach
  void end() throws SQLException {
    other.close();
    session.close();
  }

  @Test
  void labelsByTheTableWhateverTheRowSays() throws SQLException {
    session.run("UPDATE bbm.batched_background_migrations SET gitlab_schema = 'gitlab_main'");

    assertThat(session.one(LABEL)).endsWith(": ci_builds is gitlab_ci, not gitlab_main");
    assertThat(session.one(ROWS))
        .isEqualTo("routes gitlab_main active, ci_builds gitlab_ci active");
    assertThat(session.one(LABEL)).isEmpty();
  }

  @Test
  void aRelabelledJobIsLetGoOfAtItsNextSubBatch() throws SQLException {
    long id =
        session.number(
            "SELECT id FROM bbm.batched_background_migrations WHERE table_name = 'routes'");
    var lane = new Lane(session, id, 1);
    assertThat(lane.claim("a#1")).isEqualTo("run");
    session.run(
        "UPDATE bbm.table_schemas SET gitlab_schema = 'gitlab_ci' WHERE table_name = 'routes'");
    session.one(LABEL);

    assertThatThrownBy(() -> lane.work("a#1"))
        .isInstanceOf(SQLException.class)
        .extracting(it -> ((SQLException) it).getSQLState())
        .isEqualTo("BM005");
    assertThat(lane.claim("a#2")).startsWith("stopped: it is in gitlab_schema \"gitlab_ci\" now");
  }

  @Test
  void quarantinesWhatNobodyKnowsAndReleasesItOnceItIsClassified() throws SQLException {
    session.run("DELETE FROM bbm.table_schemas WHERE table_name = 'ci_builds'");

    assertThat(session.one(LABEL)).endsWith("quarantined: table ci_builds is unknown or gone");
    assertThat(session.one(ROWS))
        .isEqualTo("routes gitlab_main active, ci_builds gitlab_ci quarantined");
    long id = session.number("SELECT id FROM bbm.batched_background_migrations WHERE status = 8");
    assertThatThrownBy(() -> session.run("SELECT bbm.resume_migration(" + id + ")"))
        .hasMessageContaining("is in no gitlab_schema");

    session.run(
        "INSERT INTO bbm.table_schemas (table_name, gitlab_schema) VALUES ('ci_builds', 'gitlab_main')");
    session.run("SELECT bbm.resume_migration(" + id + ")");
    assertThat(session.one(ROWS))
        .isEqualTo("routes gitlab_main active, ci_builds gitlab_main active");
  }

  @Test
  void drainsByItselfForAWhileOnly() throws SQLException {
    session.run("SELECT bbm.begin_drain('%s', '{gitlab_ci}', '2 seconds')".formatted(FAILOVER));

    assertThatThrownBy(() -> session.run("SELECT bbm.gate('gitlab_ci')"))
        .hasMessageContaining("is being drained");
    session.run("SELECT bbm.gate('gitlab_main')");
    session.run("SELECT bbm.gate('gitlab_ci', p_draining_too => true)");
    session.run("SELECT pg_sleep(2.1)");
    session.run("SELECT bbm.gate('gitlab_ci')");
  }

  @Test
  void transfersAndBringsBackExactlyWhatItTransferred() throws SQLException {
    long paused =
        session.number(
            "SELECT id FROM bbm.batched_background_migrations WHERE table_name = 'ci_builds'");
    session.run("SELECT bbm.pause_migration(" + paused + ")");

    session.run("SELECT bbm.transfer_migrations('%s', '{gitlab_ci}', 'ci')".formatted(FAILOVER));
    assertThat(session.one(ROWS))
        .isEqualTo("routes gitlab_main active, ci_builds gitlab_ci transferred");
    session.run("SELECT bbm.transfer_migrations('%s', '{gitlab_ci}', 'ci')".formatted(FAILOVER));

    assertThat(session.number("SELECT bbm.bring_migrations_back('%s', 'test')".formatted(FAILOVER)))
        .isEqualTo(1);
    assertThat(session.one(ROWS))
        .isEqualTo("routes gitlab_main active, ci_builds gitlab_ci paused");
    assertThat(session.number("SELECT bbm.bring_migrations_back('%s', 'test')".formatted(FAILOVER)))
        .isZero();
  }

  @Test
  void settlesOnTheCopyWithItsCursorsAndNoClaims() throws SQLException {
    long id =
        session.number(
            "SELECT id FROM bbm.batched_background_migrations WHERE table_name = 'ci_builds'");
    session.run(
        """
        INSERT INTO bbm.batched_background_migration_jobs (batched_background_migration_id, min_cursor, max_cursor, batch_size, sub_batch_size,
               status, attempts, gitlab_schema, cursor, lane, claim)
        VALUES (%d, '["0"]', '["100"]', 100, 10, 1, 1, 'gitlab_ci', '["30"]', 1, 'a#1')
        """
            .formatted(id));
    session.run(
        "UPDATE bbm.schema_ownership SET state = 'READY' WHERE gitlab_schema <> 'gitlab_main'");
    session.run(
        "UPDATE bbm.schema_ownership SET state = 'RETIRED' WHERE gitlab_schema = 'gitlab_main'");

    session.run("SELECT bbm.settle_on_copy('%s', 'ci', gen_random_uuid())".formatted(FAILOVER));

    assertThat(session.one(ROWS)).isEqualTo("routes gitlab_main stale, ci_builds gitlab_ci active");
    assertThat(
            session.one(
                "SELECT concat_ws(' ', status, attempts, claim IS NULL, cursor) FROM bbm.batched_background_migration_jobs"))
        .isEqualTo("0 0 t [\"30\"]");
    assertThat(session.one("SELECT string_agg(database_name, ',') FROM bbm.database_identity"))
        .isEqualTo("ci");
    assertThat(session.number("SELECT nextval('bbm.batched_background_migrations_id_seq')"))
        .isGreaterThan(1_000_000);
  }

  @Test
  void anotherUndecidedFailoverIsRefused() {
    assertThatThrownBy(() ->
            session.run(
                "SELECT bbm.open_failover(gen_random_uuid(), 'main', 'sec', '{gitlab_main}', '{}')"))
        .hasMessageContaining("a failover to \"ci\" began at");
  }

  @Test
  void aRowThatChangedSinceItWasReadFailsTheStep() {
    assertThatThrownBy(() ->
            session.run(
                """
                SELECT bbm.write_ownership('%s', '[{"gitlab_schema": "gitlab_ci", "owner_database": "main", "epoch": 2, "state": "FENCED",
                       "place": "%s", "timeline": 1, "was_state": "ACTIVE", "was_epoch": 7, "was_timeline": 1}]')
                """
                    .formatted(FAILOVER, FAILOVER)))
        .hasMessageContaining("changed while a step of the failover wrote it");
  }

  @Test
  void theJournalTakesOneWordOnly() throws SQLException {
    String decide =
        "SELECT bbm.write_decision('%s', 'main', 'ci', '{gitlab_ci}', '{}', '%s', NULL)";
    session.run(decide.formatted(FAILOVER, "COMMIT"));
    session.run(decide.formatted(FAILOVER, "COMMIT"));

    assertThatThrownBy(() -> session.run(decide.formatted(FAILOVER, "ABORT")))
        .hasMessageContaining("has another decision");
  }

  @Test
  void aDrainThatComesAfterTheDecisionDoesNothing() throws SQLException {
    session.run("UPDATE bbm.failovers SET decision = 'ABORT'");

    session.run("SELECT bbm.begin_drain('%s', '{gitlab_ci}', '1 minute')".formatted(FAILOVER));

    session.run("SELECT bbm.gate('gitlab_ci')");
  }

  @Test
  void aLockThatComesAfterTheWayBackIsRefused() throws SQLException {
    String lock =
        "SELECT bbm.lock_table_in_failover('%s', 'gitlab_ci', 'ci_builds'::regclass, '1 second')"
            .formatted(FAILOVER);
    assertThatThrownBy(() -> session.run(lock)).hasMessageContaining("not to be locked here");

    session.run(
        "UPDATE bbm.schema_ownership SET state = 'FENCED' WHERE gitlab_schema = 'gitlab_ci'");
    session.run(lock);
    session.run("UPDATE bbm.failovers SET decision = 'ABORT'");

    assertThatThrownBy(() -> session.run(lock)).hasMessageContaining("not to be locked here");
  }

  @Test
  void anUnlockOfAnEarlierFailoverLeavesTheLocksOfThisOne() throws SQLException {
    session.run(
        "UPDATE bbm.schema_ownership SET state = 'FENCED', failover_id = '%s' WHERE gitlab_schema = 'gitlab_ci'"
            .formatted(FAILOVER));
    session.run(
        "SELECT bbm.lock_table_in_failover('%s', 'gitlab_ci', 'ci_builds'::regclass, '1 second')"
            .formatted(FAILOVER));
    String unlock =
        "SELECT bbm.unlock_table_in_failover('%s', 'gitlab_ci', 'ci_builds'::regclass, '1 second')";

    assertThat(session.one(unlock.formatted("22222222-2222-2222-2222-222222222222")))
        .isEqualTo("f");
    assertThat(session.one(unlock.formatted(FAILOVER))).isEqualTo("t");
  }
}
