package dev.bbm.starter.exactness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bbm.activities.database.PostgresExtension;
import dev.bbm.starter.embedded.ChildProcess;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** kill -9 of {@code bbm migrate} in the middle of a file; the next run heals. And two at once. */
@Timeout(300)
final class MigrateKilledIT {

  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final int ROWS = 1000;
  private static final String DATA = "-- restrict_gitlab_migration: gitlab_main\n";
  private static final String QUEUE =
      DATA
          + "SELECT bbm.queue_batched_background_migration('CountOrders', 'orders', 'id', batch_size => 200, sub_batch_size => 10, pause_ms => 100);\n";
  private static final String ENSURE =
      DATA
          + "-- ensure_finished: {job_class: CountOrders, table: orders, column: id, finalize: true}\n";

  /** What PostgreSQL does by itself as soon as it notices that nobody is there any more. */
  private static final String END_OF_THE_KILLED =
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%s%%'";

  @RegisterExtension static final PostgresExtension main = new PostgresExtension();

  @TempDir private Path folder;

  private Application application;
  private Migrated database;

  @BeforeEach
  void install() {
    application = Application.withOrders(folder, "127.0.0.1:1", main, ROWS);
    database = new Migrated(main.url());
  }

  @AfterEach
  void end() {
    application.close();
    database.close();
  }

  @Test
  void inADataFile() {
    application
        .file("migrate/1_first.sql", DATA + "UPDATE orders SET n = n + 1;")
        .file(
            "migrate/2_data.sql",
            DATA
                + "UPDATE orders SET n = n + 1; SELECT pg_sleep(current_setting('test.nap')::integer);");

    nap(60);
    ChildProcess killed = application.start("migrate");
    await("query LIKE 'SELECT pg_sleep%' AND state = 'active'");
    killed.killHard();
    nap(0);
    database.execute(END_OF_THE_KILLED.formatted("SELECT pg_sleep"));

    assertThat(counted()).isEqualTo("1 1");
    assertThat(history()).isEqualTo("1");
    assertThat(application.run("migrate").exitCode()).isZero();
    assertThat(counted()).isEqualTo("2 2");
    assertThat(history()).isEqualTo("1 2");
  }

  @Test
  void inAFileWithoutTransaction() throws SQLException {
    application.file(
        "migrate/1_index.sql",
        """
        -- disable_ddl_transaction: true
        DROP INDEX CONCURRENTLY IF EXISTS orders_n;
        CREATE INDEX CONCURRENTLY orders_n ON orders (n);
        """);

    try (var writer = database.open()) {
      writer.setAutoCommit(false);
      writer.createStatement().execute("UPDATE orders SET n = n WHERE id = 1");
      ChildProcess killed = application.start("migrate");
      await("query LIKE 'CREATE INDEX%' AND wait_event_type = 'Lock'");
      killed.killHard();
      database.execute(END_OF_THE_KILLED.formatted("CREATE INDEX"));
      writer.rollback();
    }
    await("NOT query LIKE 'CREATE INDEX%' AND pid = pg_backend_pid()");

    assertThat(index()).isEqualTo("f");
    assertThat(history()).isEmpty();
    assertThat(application.run("migrate").exitCode()).isZero();
    assertThat(index()).isEqualTo("t");
    assertThat(history()).isEqualTo("1");
  }

  @Test
  void whileItFinalizes() {
    application
        .file("migrate/1_queue.sql", QUEUE)
        .file("migrate/2_ensure.sql", ENSURE + "UPDATE orders SET n = n + 10;");

    ChildProcess killed = application.start("migrate");
    Await.until(
        killed::lastWords, LIMIT, () -> database.number("SELECT sum(n) FROM orders") >= ROWS / 5);
    killed.killHard();

    long done = database.number("SELECT sum(n) FROM orders");
    assertThat(done).isLessThan(ROWS);
    assertThat(database.status(1)).isEqualTo("finalizing");
    assertThat(history()).isEqualTo("1");
    database.execute("UPDATE bbm.batched_background_migrations SET pause_ms = 0");
    database.execute("UPDATE bbm.finalizers SET seen_at = seen_at - interval '91 seconds'");

    var healed = application.run("migrate");

    assertThat(healed.exitCode()).isZero();
    assertThat(healed.out()).contains("main: finalized main_1: 1,000 rows\n");
    assertThat(counted()).isEqualTo("11 11");
    assertThat(history()).isEqualTo("1 2");
    assertThat(database.status(1)).isEqualTo("finalized");
  }

  @Test
  void twoAtOnceDoEachFileOnce() {
    application
        .file("migrate/1_data.sql", DATA + "UPDATE orders SET n = n + 10; SELECT pg_sleep(1);")
        .file(
            "migrate/2_index.sql",
            "-- disable_ddl_transaction: true\nCREATE INDEX CONCURRENTLY orders_n ON orders (n);")
        .file("migrate/3_queue.sql", QUEUE)
        .file("migrate/4_ensure.sql", ENSURE + "UPDATE orders SET n = n + 100;");

    ChildProcess one = application.start("migrate");
    ChildProcess two = application.start("migrate");
    for (ChildProcess process : new ChildProcess[] {one, two}) {
      assertThat(process.awaitEnd(LIMIT)).as(process.lastWords()).isTrue();
      assertThat(process.exitStatus()).as(process.lastWords()).isZero();
    }

    assertThat(counted()).isEqualTo("111 111");
    assertThat(history()).isEqualTo("1 2 3 4");
    assertThat(
            Stream.of(one, two)
                .flatMap(it -> it.lastWords().lines())
                .filter(line -> line.startsWith("main: ran "))
                .map(line -> line.substring(10, line.indexOf(' ', 10)))
                .sorted())
        .containsExactly("1_data.sql", "2_index.sql", "3_queue.sql", "4_ensure.sql");
  }

  /** How long the data file sleeps in connections to come. */
  private void nap(int seconds) {
    database.execute("ALTER DATABASE %s SET test.nap = %d".formatted(main.database(), seconds));
  }

  private void await(String session) {
    Await.until(
        session,
        LIMIT,
        () -> database.number("SELECT count(*) FROM pg_stat_activity WHERE " + session) > 0);
  }

  private String counted() {
    return database.value("SELECT concat(min(n), ' ', max(n)) FROM orders");
  }

  private String history() {
    return database.value(
        "SELECT coalesce(string_agg(version, ' ' ORDER BY version), '') FROM bbm.migration_history");
  }

  private String index() {
    return database.value(
        "SELECT indisvalid FROM pg_index WHERE indexrelid = 'orders_n'::regclass");
  }
}
