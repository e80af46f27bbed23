package dev.bbm.activities.ownership;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bbm.activities.database.PostgresExtension;
import dev.bbm.activities.database.TestSession;
import dev.bbm.activities.topology.Database;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A failover's locks: all at once where nobody is in the way, and one by one where somebody is. */
@Timeout(60)
final class SchemaLocksTest {

  private static final String LOCKED =
      """
      SELECT string_agg(l.table_name, ' ' ORDER BY l.table_name) FROM bbm.write_locks('{}') AS l WHERE l.locked
      """;

  private static final String TRIGGERED =
      "SELECT count(*) FROM bbm.write_locks('{}') AS l WHERE l.triggered";

  @RegisterExtension
  static final PostgresExtension postgres = new PostgresExtension(Decomposed::install);

  private TestSession session;
  private Database database;
  private SchemaLocks locks;

  @BeforeEach
  void create() throws SQLException {
    session = new TestSession(postgres);
    session.script(
        """
        DROP TABLE IF EXISTS orders, p_builds, runners, stages;
        CREATE TABLE orders (id bigint PRIMARY KEY);
        CREATE TABLE runners (id bigint PRIMARY KEY);
        CREATE TABLE stages (id bigint PRIMARY KEY);
        CREATE TABLE p_builds (id bigint PRIMARY KEY) PARTITION BY RANGE (id);
        CREATE TABLE builds_1 PARTITION OF p_builds FOR VALUES FROM (0) TO (1000);
        """);
    database = Decomposed.open(postgres);
    locks =
        new SchemaLocks(
            database, "11111111-1111-1111-1111-111111111111", schema -> schema.equals("gitlab_ci"));
  }

  @AfterEach
  void close() throws SQLException {
    database.close();
    session.close();
  }

  @Test
  void locksAndUnlocksEveryTable() throws SQLException {
    assertThat(locks.lock()).isEqualTo(4);

    assertThat(session.one(LOCKED)).isEqualTo("builds_1 p_builds runners stages");
    assertThat(locks.lock()).as("again").isEqualTo(4);

    locks.unlock();

    assertThat(session.one(LOCKED)).isEmpty();
  }

  @Test
  void aBusyTableHoldsUpNoOther() throws SQLException {
    try (var writer = new TestSession(postgres).begin()) {
      writer.run("INSERT INTO runners VALUES (1)");
      var locking = CompletableFuture.supplyAsync(locks::lock);
      while (!"builds_1 p_builds stages".equals(session.one(LOCKED))) {
        assertThat(locking).isNotDone();
        LockSupport.parkNanos(1_000_000);
      }
      writer.commit();

      assertThat(locking.join()).isEqualTo(4);
      assertThat(session.one(LOCKED)).isEqualTo("builds_1 p_builds runners stages");
    }
  }

  /** A writer that has one table and wants another, which is locked already, is not a deadlock. */
  @Test
  void letsGoBeforeAWriterThatWantsWhatItHas() throws Exception {
    try (var writer = new TestSession(postgres).begin()) {
      writer.run("INSERT INTO stages VALUES (1)");
      var locking = CompletableFuture.supplyAsync(locks::lock);
      while (!"builds_1 p_builds runners".equals(session.one(LOCKED))) {
        LockSupport.parkNanos(1_000_000);
      }
      String refused = sqlState(writer, "INSERT INTO runners VALUES (1)");
      writer.rollback();

      assertThat(refused).isEqualTo("2F002");
      assertThat(locking.join()).isEqualTo(4);
    }
  }

  /** As a report has them, on the standby that was just promoted. */
  @Test
  void unlocksWhatSomebodyReads() throws SQLException {
    locks.lock();
    try (var reader = new TestSession(postgres).begin()) {
      reader.one("SELECT count(*) FROM runners");
      reader.one("SELECT count(*) FROM p_builds");

      locks.unlock();

      assertThat(session.one(LOCKED)).isEmpty();
      session.run("INSERT INTO runners VALUES (1)");
      session.run("INSERT INTO p_builds VALUES (1)");
      reader.rollback();
    }
    locks.lock();
    assertThat(session.one(LOCKED)).isEqualTo("builds_1 p_builds runners stages");
    locks.unlock();
    assertThat(session.one(TRIGGERED)).isEqualTo("0");
  }

  private static String sqlState(TestSession session, String statement) {
    try {
      session.run(statement);
      return "none";
    } catch (SQLException refused) {
      return refused.getSQLState();
    }
  }
}
