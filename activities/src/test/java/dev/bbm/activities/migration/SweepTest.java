package dev.bbm.activities.migration;

import static dev.bbm.activities.database.SqlStateAssert.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bbm.activities.database.OwnedDatabase;
import dev.bbm.activities.database.PostgresExtension;
import dev.bbm.activities.database.TestSession;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Changed rows are announced once, and again when nobody has heard of them. */
final class SweepTest {

  @RegisterExtension
  static final PostgresExtension postgres = new PostgresExtension(OwnedDatabase::install);

  private TestSession session;

  @BeforeAll
  static void createTables() {
    postgres.execute(
        """
        CREATE TABLE routes (id bigint PRIMARY KEY);
        CREATE TABLE users (id bigint PRIMARY KEY);
        INSERT INTO routes VALUES (1);
        INSERT INTO users VALUES (1);
        INSERT INTO bbm.table_schemas VALUES ('routes', 'gitlab_main'), ('users', 'gitlab_main');
        """);
  }

  @BeforeEach
  void queue() throws SQLException {
    session = new TestSession(postgres);
    session.script(
        """
        DELETE FROM bbm.failovers;
        DELETE FROM bbm.migration_events;
        DELETE FROM bbm.batched_background_migrations;
        DELETE FROM bbm.schema_ownership;
        SELECT bbm.install_ownership('main', false, '{gitlab_main,gitlab_ci,gitlab_shared}');
        SELECT bbm.queue_batched_background_migration('Touch', 'routes');
        SELECT bbm.queue_batched_background_migration('Touch', 'users');
        """);
  }

  @AfterEach
  void end() throws SQLException {
    session.close();
  }

  private static String sweep(TestSession by, int limit) throws SQLException {
    return by.one(
        "SELECT string_agg(table_name, ' ' ORDER BY id) FROM bbm.sweep('{gitlab_main}', 'main', ?)",
        limit);
  }

  @Test
  void twoSweepersShareTheWorkAndDoNotWait() throws SQLException {
    try (var other = new TestSession(postgres)) {
      other.run("SET lock_timeout = '2s'");
      session.begin();

      assertThat(sweep(session, 1)).isEqualTo("routes");
      assertThat(sweep(other, 100)).isEqualTo("users");
      session.commit();
      assertThat(sweep(other, 100)).isEmpty();
    }
  }

  @Test
  void aRowIsAnnouncedAgainAfterAChangeOrWhenTemporalWasNotTold() throws SQLException {
    assertThat(sweep(session, 100)).isEqualTo("routes users");
    assertThat(sweep(session, 100)).isEmpty();

    session.run(
        "SELECT bbm.pause_migration(id) FROM bbm.batched_background_migrations WHERE table_name ="
            + " 'users'");
    assertThat(sweep(session, 100)).isEqualTo("users");
    assertThat(sweep(session, 100)).isEmpty();

    session.run(
        "SELECT bbm.unannounce(array_agg(id)) FROM bbm.batched_background_migrations WHERE"
            + " table_name = 'routes'");
    assertThat(sweep(session, 100)).isEqualTo("routes");
  }

  @ParameterizedTest
  @CsvSource({
    "1, 58 seconds, ''",
    "0, 71 seconds, routes",
    "1, 71 seconds, routes",
    "3, 71 seconds, ''",
    "4, 71 seconds, ''",
  })
  void looksAfterWorkflowsThatWereNotSeenForAMinute(int status, String ago, String swept)
      throws SQLException {
    sweep(session, 100);
    session.run(
        """
        UPDATE bbm.batched_background_migrations
           SET status = ?, workflow_seen_at = clock_timestamp() - ?::interval
         WHERE table_name = 'routes'
        """,
        status,
        ago);

    assertThat(sweep(session, 100)).isEqualTo(swept);
  }

  @ParameterizedTest
  @CsvSource({"7", "8", "9"})
  void leavesRowsOfOtherPlacesAlone(int status) throws SQLException {
    session.run("UPDATE bbm.batched_background_migrations SET status = ?", status);

    assertThat(sweep(session, 100)).isEmpty();
  }

  @Test
  void sweepsDuringADrainButNotBehindAFence() throws SQLException {
    session.run("UPDATE bbm.schema_ownership SET drain_until = now() + interval '1 hour'");
    assertThat(sweep(session, 1)).isEqualTo("routes");

    session.run(
        "UPDATE bbm.schema_ownership SET state = 'FENCED' WHERE gitlab_schema = 'gitlab_main'");
    assertRefused("BM001", "it is FENCED", () -> sweep(session, 100));
  }
}
