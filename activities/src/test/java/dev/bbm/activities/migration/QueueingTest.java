package dev.bbm.activities.migration;

import static dev.bbm.activities.database.SqlStateAssert.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bbm.activities.database.OwnedDatabase;
import dev.bbm.activities.database.PostgresExtension;
import dev.bbm.activities.database.TestSession;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Queueing by SQL, as any tool's hook does it. */
final class QueueingTest {

  private static final String QUEUE = "SELECT bbm.queue_batched_background_migration(%s)";
  private static final String COUNT = "SELECT count(*) FROM bbm.batched_background_migrations";

  @RegisterExtension
  static final PostgresExtension postgres = new PostgresExtension(OwnedDatabase::install);

  private TestSession session;

  @BeforeAll
  static void createTables() {
    postgres.execute(
        """
        INSERT INTO bbm.table_schemas (table_name, gitlab_schema)
        VALUES ('routes', 'gitlab_main'), ('builds', 'gitlab_ci'), ('shared', 'gitlab_shared'), ('empty', 'gitlab_main'),
               ('we"ird.Ta#{}ble', 'gitlab_main'), ('pairs', 'gitlab_main'), ('keyless', 'gitlab_main');
        CREATE TABLE routes (id bigint PRIMARY KEY, name text, code text NOT NULL, price numeric NOT NULL UNIQUE);
        CREATE INDEX ON routes (code);
        INSERT INTO routes SELECT i, 'n' || i, 'c' || i, i FROM generate_series(-5, 20) AS i;
        CREATE TABLE builds (id bigint PRIMARY KEY);
        CREATE TABLE shared (id bigint PRIMARY KEY);
        CREATE TABLE empty (id bigint PRIMARY KEY);
        CREATE TABLE unclassified (id bigint PRIMARY KEY);
        CREATE TABLE keyless (id bigint);
        CREATE TABLE "we""ird.Ta#{}ble" ("i'd,""x" bigint PRIMARY KEY);
        INSERT INTO "we""ird.Ta#{}ble" SELECT generate_series(1, 7);
        CREATE TABLE pairs (a integer, b uuid, c timestamptz NOT NULL DEFAULT '2026-01-01 00:00:00.000001Z', PRIMARY KEY (a, b));
        CREATE UNIQUE INDEX ON pairs (c, a, b);
        INSERT INTO pairs SELECT i % 3, md5(i::text)::uuid FROM generate_series(1, 30) AS i;
        """);
  }

  @BeforeEach
  void begin() throws SQLException {
    session = new TestSession(postgres);
    session.script(
        "DELETE FROM bbm.batched_background_migrations; DELETE FROM bbm.migration_events");
  }

  @AfterEach
  void end() throws SQLException {
    session.close();
  }

  private long queue(String arguments) throws SQLException {
    return session.number(QUEUE.formatted(arguments));
  }

  private String field(long id, String expression) throws SQLException {
    return session.one(
        "SELECT " + expression + " FROM bbm.batched_background_migrations WHERE id = ?", id);
  }

  private void assertQueueingRefused(String state, String words, String arguments)
      throws SQLException {
    assertRefused(state, words, () -> queue(arguments));
    assertThat(session.number(COUNT)).isZero();
  }

  @Test
  void writesGitlabsDefaultsAndTheUnscopedBounds() throws SQLException {
    long id = queue("'Gitlab::BackgroundMigration::Touch', 'routes', 'id'");

    assertThat(
            field(
                id,
                """
                format('%s %s %s %s %s %s %s %s %s %s %s', status, job_class_name, gitlab_schema, min_cursor, max_cursor, last_cursor,
                       batch_size, sub_batch_size, pause_ms, "interval", pacing)
                """))
        .isEqualTo("1 Touch gitlab_main [\"-6\"] [\"20\"] [\"-6\"] 1000 100 100 120 adaptive");
    assertThat(session.one("SELECT string_agg(kind, ',') FROM bbm.migration_events"))
        .isEqualTo("queued");
  }

  @Test
  void theSameConfigurationIsOneMigrationHoweverItIsWritten() throws SQLException {
    long id = queue("'Touch', 'routes', 'id'");

    assertThat(
            queue(
                "'::Gitlab::BackgroundMigration::Touch', 'public.routes', batch_size => 7,"
                    + " sub_batch_size => 7"))
        .isEqualTo(id);
    assertThat(queue("'CopyColumn', 'routes', 'id', '[\"a\", \"b\"]'")).isNotEqualTo(id);
    assertThat(queue("'CopyColumn', 'routes', 'id', '[\"b\", \"a\"]'")).isNotEqualTo(id);
    assertThat(session.number(COUNT)).isEqualTo(3);
  }

  @Test
  void tenConnectionsAtOnceQueueOneMigration() throws Exception {
    var together = new CyclicBarrier(10);
    var ids = new ArrayList<Future<Long>>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<Long> queueing =
          () -> {
            try (var hook = new TestSession(postgres).begin()) {
              together.await();
              long id = hook.number(QUEUE.formatted("'Touch', 'routes'"));
              Thread.sleep(50);
              hook.commit();
              return id;
            }
          };
      for (int n = 0; n < 10; n++) {
        ids.add(threads.submit(queueing));
      }
      long first = ids.getFirst().get();
      for (Future<Long> id : ids) {
        assertThat(id.get()).isEqualTo(first);
      }
    }
    assertThat(session.number(COUNT)).isEqualTo(1);
    assertThat(session.number("SELECT count(*) FROM bbm.migration_events")).isEqualTo(1);
  }

  @Test
  void anEmptyTableIsFinishedAtOnce() throws SQLException {
    long id = queue("'Touch', 'empty'");

    assertThat(field(id, "format('%s %s %s', status, started_at IS NULL, finished_at IS NOT NULL)"))
        .isEqualTo("3 t t");
    assertThat(session.one("SELECT reason FROM bbm.migration_events"))
        .isEqualTo("the table is empty");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          BM103 | unknown job class "Tuoch"                 | 'Tuoch', 'routes'
          BM101 | unknown table "roots"                     | 'Touch', 'roots'
          BM101 | unknown table "a..b"                      | 'Touch', 'a..b'
          BM102 | has no column "idd"                       | 'Touch', 'routes', 'idd'
          BM104 | unknown gitlab_schema "gitlab_mian"       | 'Touch', 'routes', gitlab_schema => 'gitlab_mian'
          BM108 | is in gitlab_schema "gitlab_main", not    | 'Touch', 'routes', gitlab_schema => 'gitlab_ci'
          BM111 | table "unclassified" is in no             | 'Touch', 'unclassified'
          BM108 | is in gitlab_shared                       | 'Touch', 'shared'
          BM107 | has no primary key                        | 'Touch', 'keyless'
          BM107 | rows where it is NULL would be missed     | 'Touch', 'routes', 'name'
          BM107 | no unique index that begins with code     | 'Touch', 'routes', 'code'
          BM107 | cannot be walked by price numeric         | 'Touch', 'routes', 'price'
          BM107 | no unique index that begins with b, a     | 'Touch', 'pairs', 'b, a'
          BM106 | sub_batch_size must be at least 1, not 0  | 'Touch', 'routes', sub_batch_size => 0
          BM106 | sub_batch_size 11 is larger than          | 'Touch', 'routes', batch_size => 10, sub_batch_size => 11
          BM106 | max_batch_size 999 is smaller             | 'Touch', 'routes', max_batch_size => 999
          BM106 | pause_ms must be 0 to 3600000, not -1     | 'Touch', 'routes', pause_ms => -1
          BM106 | lanes must be 1 to 32, not 33             | 'Touch', 'routes', lanes => 33
          BM106 | job_interval must be 1 second to 7 days   | 'Touch', 'routes', job_interval => '0.5 seconds'
          BM106 | unknown batching strategy "Loose"         | 'Touch', 'routes', batch_class_name => 'Loose'
          BM106 | the bound "x" is no bigint                | 'Touch', 'routes', batch_min_value => 'x'
          BM106 | need a key of one column, not (a, b)      | 'Touch', 'pairs', batch_max_value => '2'
          BM105 | (given 1, expected 2)                     | 'CopyColumn', 'routes', 'id', '["a"]'
          BM105 | must be a JSON array                      | 'Touch', 'routes', 'id', '{}'
          BM105 | must be of type identifier, not 1         | 'CopyColumn', 'routes', 'id', '["a", 1]'
          BM105 | must be of type identifier, not "#{x}"    | 'CopyColumn', 'routes', 'id', '["a", "#{x}"]'
          """)
  void refuses(String state, String words, String arguments) throws SQLException {
    assertQueueingRefused(state, words, arguments);
  }

  @Test
  void queuesForGitlabSharedOncePerPlace() throws SQLException {
    long id = queue("'Touch', 'shared', once_per_place => true");

    assertThat(field(id, "gitlab_schema")).isEqualTo("gitlab_shared");
  }

  @Test
  void namesAreNeverSql() throws SQLException {
    long id = queue("'Touch', 'we\"ird.Ta#{}ble', 'i''d,\"x'");

    assertThat(
            field(id, "format('%s %s %s', min_cursor, max_cursor, array_length(key_columns, 1))"))
        .isEqualTo("[\"0\"] [\"7\"] 1");
    assertThat(
            field(id, "bbm.next_bound(batched_background_migrations, min_cursor, max_cursor, 3)"))
        .isEqualTo("[\"3\"]");
    assertRefused("BM101", "unknown table", () -> queue("'Touch', 'routes; DROP TABLE routes'"));
  }

  @Test
  void walksACompositeKeyFromBeforeItsFirstRow() throws SQLException {
    long id = queue("'Touch', 'pairs'");

    assertThat(field(id, "format('%s %s %s', column_name, key_types, min_cursor)"))
        .isEqualTo("a,b {integer,uuid} []");
    assertThat(field(id, "max_cursor"))
        .isEqualTo(
            session.one(
                "SELECT jsonb_build_array(a::text, b::text) FROM pairs ORDER BY a DESC, b DESC"
                    + " LIMIT 1"));
    assertThat(queue("'Touch', 'pairs', 'a, b'")).isEqualTo(id);
  }

  @Test
  void cursorsOfTimesCarryTheirOffsetAndMicroseconds() throws SQLException {
    long id = queue("'Touch', 'pairs', 'c,a,b'");

    assertThat(field(id, "(max_cursor->>0)::timestamptz = '2026-01-01 00:00:00.000001Z'"))
        .isEqualTo("t");
    assertThat(field(id, "max_cursor->>0")).matches(".*[+-]\\d\\d:\\d\\d");
  }

  @Test
  void takesGivenBounds() throws SQLException {
    long id = queue("'Touch', 'routes', batch_min_value => '3', batch_max_value => '007'");

    assertThat(field(id, "format('%s %s', min_cursor, max_cursor)")).isEqualTo("[\"2\"] [\"7\"]");
  }

  @Test
  void aRolledBackHookQueuesNothing() throws SQLException {
    session.begin();
    queue("'Touch', 'routes'");
    session.rollback();

    assertThat(session.number(COUNT)).isZero();
    assertThat(session.number("SELECT count(*) FROM bbm.migration_events")).isZero();
  }

  @Test
  void ensureRaisesUntilFinishedAndThenFinalizes() throws SQLException {
    long id = queue("'Touch', 'routes'");
    String ensure = "SELECT bbm.ensure_batched_background_migration_is_finished('Touch', 'routes')";

    assertRefused("BM112", "but it is 'active'", () -> session.run(ensure));
    session.run("UPDATE bbm.batched_background_migrations SET status = 3");
    session.run(ensure);

    assertThat(field(id, "status")).isEqualTo("6");
    assertThat(session.one("SELECT bbm.delete_batched_background_migration('Touch', 'routes')"))
        .isEqualTo("t");
    assertThat(session.number(COUNT)).isZero();
  }

  /** GitLab's guide, "Viewing failure error logs", with a literal where it has an identifier. */
  @Test
  void theGuidesQueryForFailuresRuns() throws SQLException {
    long id = queue("'Touch', 'routes'");
    session.script(
        """
        INSERT INTO bbm.batched_background_migration_jobs
               (batched_background_migration_id, min_cursor, max_cursor, cursor, batch_size, sub_batch_size, gitlab_schema, lane)
        VALUES (%d, '[]', '["1"]', '[]', 1, 1, 'gitlab_main', 0);
        INSERT INTO bbm.batched_background_migration_job_transition_logs
               (batched_background_migration_job_id, previous_status, next_status, exception_class, exception_message)
        SELECT id, 1, 2, 'PSQLException', 'division by zero' FROM bbm.batched_background_migration_jobs;
        SET search_path = bbm, public
        """
            .formatted(id));

    String found =
        session.row(
            """
            SELECT migration.id, migration.job_class_name, transition_logs.exception_class, transition_logs.exception_message
            FROM batched_background_migrations as migration
            INNER JOIN batched_background_migration_jobs as jobs
            ON jobs.batched_background_migration_id = migration.id
            INNER JOIN batched_background_migration_job_transition_logs as transition_logs
            ON transition_logs.batched_background_migration_job_id = jobs.id
            WHERE transition_logs.next_status = '2' AND migration.job_class_name = 'Touch'
            """);

    assertThat(found).isEqualTo("%d, Touch, PSQLException, division by zero".formatted(id));
  }
}
