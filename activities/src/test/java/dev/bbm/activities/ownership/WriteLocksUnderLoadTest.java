package dev.bbm.activities.ownership;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bbm.activities.database.PostgresExtension;
import dev.bbm.activities.database.TestSession;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Locking while an application writes: transactions over several tables, each in another order. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class WriteLocksUnderLoadTest {

  private static final int WRITERS = 8;
  private static final int TABLES = 6;

  @RegisterExtension
  static final PostgresExtension postgres = new PostgresExtension(Decomposed::install);

  private final AtomicBoolean stopped = new AtomicBoolean();
  private final AtomicLong committed = new AtomicLong();
  private final ConcurrentLinkedQueue<String> errors = new ConcurrentLinkedQueue<>();

  @Test
  void locksWithoutADeadlockAndNothingIsWrittenAfterwards() throws Exception {
    createTables();
    try (var threads = Executors.newFixedThreadPool(WRITERS);
        var session = new TestSession(postgres);
        var database = Decomposed.open(postgres)) {
      for (int writer = 0; writer < WRITERS; writer++) {
        int number = writer;
        threads.execute(() -> write(number));
      }
      awaitCommits(200);

      List<LockOutcome> outcomes = Decomposed.locks(database).follow(false);
      String written = written(session);
      awaitCommits(committed.get() + 200);
      stopped.set(true);
      threads.shutdown();

      assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
      assertThat(outcomes)
          .filteredOn(it -> it.table().home().equals("elsewhere"))
          .hasSize(2 * TABLES)
          .allMatch(it -> it.action() == LockAction.LOCKED);
      assertThat(written(session)).as("after the command returned").isEqualTo(written);
      assertThat(errors).isNotEmpty().containsOnly("2F002");
    }
  }

  private void createTables() throws SQLException {
    try (var session = new TestSession(postgres)) {
      session.run("CREATE TABLE orders (id bigint PRIMARY KEY, n bigint NOT NULL DEFAULT 0)");
      session.run("INSERT INTO orders SELECT generate_series(0, ?)", WRITERS);
      session.run(
          "CREATE TABLE p_builds (id bigint, n bigint NOT NULL DEFAULT 0) PARTITION BY LIST (id)");
      for (int n = 0; n < TABLES; n++) {
        session.run("CREATE TABLE builds_%d (LIKE orders INCLUDING ALL)".formatted(n));
        session.run("INSERT INTO builds_%d SELECT generate_series(0, %d)".formatted(n, WRITERS));
      }
      for (int n = 0; n < TABLES - 1; n++) {
        session.run(
            "CREATE TABLE part_%d PARTITION OF p_builds FOR VALUES IN (%d)".formatted(n, n));
      }
    }
  }

  /** Writes to all tables in one transaction, in an order of its own; after a refusal to orders. */
  private void write(int writer) {
    var random = new Random(writer);
    var targets = new ArrayList<String>();
    for (int n = 0; n < TABLES; n++) {
      targets.add("UPDATE builds_%d SET n = n + 1 WHERE id = %d".formatted(n, writer));
    }
    for (int n = 0; n < TABLES - 1; n++) {
      targets.add("INSERT INTO part_%d VALUES (%d)".formatted(n, n));
    }
    targets.add("INSERT INTO p_builds VALUES (1)");
    try (var session = new TestSession(postgres)) {
      while (!stopped.get()) {
        Collections.shuffle(targets, random);
        transaction(session, targets);
        transaction(
            session, List.of("UPDATE orders SET n = n + 1 WHERE id = %d".formatted(writer)));
      }
    } catch (SQLException failed) {
      errors.add(String.valueOf(failed.getMessage()));
    }
  }

  private void transaction(TestSession session, List<String> statements) throws SQLException {
    session.begin();
    try {
      for (String statement : statements) {
        session.run(statement);
      }
      session.commit();
      committed.incrementAndGet();
    } catch (SQLException refused) {
      errors.add(refused.getSQLState());
      session.rollback();
    }
  }

  private void awaitCommits(long count) {
    while (committed.get() < count) {
      LockSupport.parkNanos(1_000_000);
    }
  }

  /** The sums and counts of all that lives elsewhere. */
  private static String written(TestSession session) throws SQLException {
    var counts = new StringBuilder();
    for (int n = 0; n < TABLES; n++) {
      counts.append(session.one("SELECT sum(n) FROM builds_%d".formatted(n))).append(' ');
    }
    return counts.append(session.one("SELECT count(*) FROM p_builds")).toString();
  }

  @Test
  void letsTheApplicationWriteWhileALongTransactionKeepsTheLockAway() throws Exception {
    try (var session = new TestSession(postgres)) {
      session.script(
          """
          CREATE TABLE runners (id bigint PRIMARY KEY, n bigint NOT NULL DEFAULT 0);
          INSERT INTO runners SELECT generate_series(0, 10);
          """);
    }
    try (var longOne = new TestSession(postgres).begin();
        var writer = new TestSession(postgres);
        var database = Decomposed.open(postgres)) {
      longOne.run("UPDATE runners SET n = 1 WHERE id = 10");
      var locking = Thread.ofVirtual().start(() -> lock(Decomposed.locks(database)));

      Duration longest = Duration.ZERO;
      while (locking.isAlive()) {
        long begun = System.nanoTime();
        writer.run("UPDATE runners SET n = n + 1 WHERE id = 1");
        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        longest = took.compareTo(longest) > 0 ? took : longest;
      }

      assertThat(longest)
          .as("a write waits behind a waiting trigger at most deadlock_timeout and 500 ms")
          .isBetween(Duration.ofMillis(300), Duration.ofSeconds(8));
      assertThat(writer.number("SELECT n FROM runners WHERE id = 1")).isGreaterThan(100);
      longOne.rollback();
      writer.run("DROP TABLE runners");
    }
  }

  private static void lock(WriteLocks locks) {
    try {
      locks.follow(false);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
