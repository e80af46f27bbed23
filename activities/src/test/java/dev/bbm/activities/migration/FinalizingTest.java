package dev.bbm.activities.migration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bbm.activities.database.OwnedDatabase;
import dev.bbm.activities.database.PostgresExtension;
import dev.bbm.activities.database.TestSession;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who may run jobs while somebody finalizes a migration inline. */
final class FinalizingTest {

  @RegisterExtension
  static final PostgresExtension postgres = new PostgresExtension(OwnedDatabase::install);

  private TestSession session;
  private Lane lane;

  @BeforeEach
  void queue() throws SQLException {
    session = new TestSession(postgres);
    session.script(
        """
        TRUNCATE bbm.batched_background_migrations CASCADE;
        DROP TABLE IF EXISTS orders;
        CREATE TABLE orders (id bigint PRIMARY KEY);
        INSERT INTO orders SELECT i FROM generate_series(1, 100) AS i;
        INSERT INTO bbm.table_schemas (table_name, gitlab_schema) VALUES ('orders', 'gitlab_main') ON CONFLICT DO NOTHING
        """);
    lane =
        new Lane(
            session,
            session.number("SELECT bbm.queue_batched_background_migration('Touch', 'orders')"),
            0);
    session.run("SELECT bbm.begin_finalizing(?, 'finalizer')", lane.migration());
  }

  @AfterEach
  void close() throws SQLException {
    session.close();
  }

  @Test
  void workersLeaveTheMigrationAloneWhileTheFinalizerLives() throws SQLException {
    assertThat(lane.claim("a#1")).isEqualTo("held: finalizer finalizes it");
    assertThat(session.number("SELECT count(*) FROM bbm.migration_events WHERE kind = 'held'"))
        .isZero();
  }

  @Test
  void workersGoOnWhenTheFinalizerIsHeardOfNoMore() throws SQLException {
    session.run("UPDATE bbm.finalizers SET seen_at = now() - interval '91 seconds'");

    assertThat(lane.claim("a#1")).isEqualTo("run");
  }

  @Test
  void workersGoOnWhenTheFinalizerGivesUp() throws SQLException {
    session.run("SELECT bbm.end_finalizing(?, 'finalizer', 'no')", lane.migration());

    assertThat(lane.status()).isEqualTo("active");
    assertThat(lane.claim("a#1")).isEqualTo("run");
  }

  @Test
  void aSecondFinalizerHearsOfTheFirst() throws SQLException {
    assertThat(session.one("SELECT bbm.begin_finalizing(?, 'second')", lane.migration()))
        .isEqualTo("finalizer");

    assertThat(session.one("SELECT finalizer FROM bbm.finalizers")).isEqualTo("finalizer");
  }

  @Test
  void aSecondFinalizerFollowsOneThatDied() throws SQLException {
    session.run("UPDATE bbm.finalizers SET seen_at = now() - interval '91 seconds'");

    session.run("SELECT bbm.begin_finalizing(?, 'second')", lane.migration());

    assertThat(session.one("SELECT finalizer FROM bbm.finalizers")).isEqualTo("second");
  }

  @Test
  void aClaimOfTheFinalizerSaysThatItLives() throws SQLException {
    session.run(
        "UPDATE bbm.finalizers SET finalizer = 'w', seen_at = now() - interval '80 seconds'");

    assertThat(lane.claim("a#1")).isEqualTo("run");
    assertThat(session.one("SELECT seen_at > now() - interval '10 seconds' FROM bbm.finalizers"))
        .isEqualTo("t");
  }

  @Test
  void aFinishedMigrationIsNotFinalizedAgain() throws SQLException {
    session.run(
        "UPDATE bbm.batched_background_migrations SET status = 6 WHERE id = ?", lane.migration());

    assertThat(session.one("SELECT bbm.begin_finalizing(?, 'second')", lane.migration())).isEmpty();

    assertThat(lane.status()).isEqualTo("finalized");
    assertThat(session.one("SELECT finalizer FROM bbm.finalizers")).isEqualTo("finalizer");
  }
}
