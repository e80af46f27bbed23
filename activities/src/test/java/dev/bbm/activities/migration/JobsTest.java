package dev.bbm.activities.migration;

import static dev.bbm.activities.database.SqlStateAssert.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bbm.activities.database.OwnedDatabase;
import dev.bbm.activities.database.PostgresExtension;
import dev.bbm.activities.database.TestSession;
import java.sql.SQLException;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The life of jobs: claimed, taken over, released, failed and tried again. */
final class JobsTest {

  @RegisterExtension
  static final PostgresExtension postgres = new PostgresExtension(OwnedDatabase::install);

  private TestSession session;

  @BeforeEach
  void begin() throws SQLException {
    session = new TestSession(postgres);
    session.script(
        """
        DROP TABLE IF EXISTS routes, pairs, builds;
        DELETE FROM bbm.batched_background_migrations;
        DELETE FROM bbm.table_schemas;
        INSERT INTO bbm.table_schemas (table_name, gitlab_schema)
        VALUES ('routes', 'gitlab_main'), ('pairs', 'gitlab_main'), ('builds', 'gitlab_main');
        CREATE TABLE routes (id bigint PRIMARY KEY);
        INSERT INTO routes SELECT generate_series(-100, 899);
        CREATE TABLE builds (id bigint PRIMARY KEY);
        INSERT INTO builds VALUES (1);
        CREATE TABLE pairs (a integer, b text, PRIMARY KEY (a, b));
        INSERT INTO pairs SELECT i % 7 - 3, 'k' || i FROM generate_series(1, 600) AS i;
        """);
  }

  @AfterEach
  void end() throws SQLException {
    session.close();
  }

  private Lane lane(String arguments) throws SQLException {
    long id =
        session.number("SELECT bbm.queue_batched_background_migration(%s)".formatted(arguments));
    return new Lane(session, id, 0);
  }

  /** 1,000 rows in jobs of 400, 400 and 200. */
  private Lane threeJobs() throws SQLException {
    return lane("'Touch', 'routes', batch_size => 400, max_batch_size => 400");
  }

  @ParameterizedTest
  @ValueSource(strings = {"routes", "pairs"})
  void jobsOfAnySizeCoverEveryRowExactlyOnce(String table) throws SQLException {
    long seed = new Random().nextLong();
    var random = new Random(seed);
    String key = table.equals("routes") ? "(id)" : "(a, b)";
    String cursor = table.equals("routes") ? "((%s->>0)::bigint)" : "((%s->>0)::integer, %<s->>1)";
    Lane lane = lane("'Touch', '%s', sub_batch_size => 1, lanes => 3".formatted(table));

    for (int n = 1; !lane.status().equals("finished"); n++) {
      session.run(
          "UPDATE bbm.batched_background_migrations SET batch_size = ?, max_batch_size = NULL",
          1 + random.nextInt(150));
      session.run("UPDATE bbm.batched_background_migration_jobs SET batch_size = 1");
      var any = new Lane(session, lane.migration(), random.nextInt(3));
      if (any.claim("a" + n + "#1").equals("run")) {
        any.work("a" + n + "#1");
      }
      assertThat(n).as("seed %d", seed).isLessThan(3_000);
    }

    assertThat(
            session.one(
                """
                SELECT string_agg(DISTINCT covered::text, ' ')
                  FROM (SELECT (SELECT count(*) FROM bbm.batched_background_migration_jobs AS j
                                 WHERE (j.min_cursor = '[]' OR %1$s > %2$s) AND %1$s <= %3$s) AS covered
                          FROM %4$s) AS rows
                """
                    .formatted(
                        key,
                        cursor.formatted("j.min_cursor"),
                        cursor.formatted("j.max_cursor"),
                        table)))
        .as("seed %d", seed)
        .isEqualTo("1");
  }

  @Test
  void cutsHalfOpenRangesThatFollowEachOther() throws SQLException {
    Lane lane = threeJobs();
    for (int n = 1; lane.claim(n + "#1").equals("run"); n++) {
      lane.work(n + "#1");
    }

    assertThat(lane.jobs("min_cursor || max_cursor"))
        .isEqualTo("[\"-101\", \"299\"] [\"299\", \"699\"] [\"699\", \"899\"]");
    assertThat(lane.status()).isEqualTo("finished");
  }

  @Test
  void aLaterAttemptTakesOverAndTheEarlierIsRefused() throws SQLException {
    Lane lane = threeJobs();
    lane.claim("a#1");
    lane.claim("a#2");

    assertRefused("BM004", "not claimed by this attempt (a#1) but by a#2", () -> lane.work("a#1"));
    assertThat(lane.fail("a#1")).isFalse();
    assertThat(lane.release("a#1")).isFalse();
    lane.work("a#2");
    assertThat(lane.jobs("status")).isEqualTo("1");
  }

  @Test
  void anEarlierAttemptThatWakesUpLateDoesNotDisplaceTheLater() throws SQLException {
    Lane lane = threeJobs();
    lane.claim("a#10");

    assertRefused("BM004", "claimed by a later attempt (a#10)", () -> lane.claim("a#9"));
    assertThat(lane.claim("b#1")).isEqualTo("run");
  }

  @Test
  void aSubBatchFromAnotherCursorIsRefused() throws SQLException {
    Lane lane = threeJobs();
    lane.claim("a#1");
    lane.open("a#1");
    String close = "SELECT bbm.close_sub_batch(?, 'a#1', '[\"-101\"]', '[\"-1\"]', true, 1)";
    session.run(close, lane.job());

    assertRefused("BM006", "moved under this transaction", () -> session.run(close, lane.job()));
    assertThat(lane.jobs("format('%s %s', cursor, updated_tuples)")).isEqualTo("[\"-1\"] 1");
  }

  @Test
  void fiveAttemptsThatVanishAtOneCursorAreOneFailure() throws SQLException {
    Lane lane = threeJobs();
    for (int attempt = 1; attempt <= 5; attempt++) {
      lane.claim("a#" + attempt);
    }
    assertThat(lane.jobs("format('%s/%s', status, attempts)")).isEqualTo("1/1");

    lane.claim("a#6");

    assertThat(lane.jobs("format('%s/%s', status, attempts)")).isEqualTo("2/1 1/1");
    assertThat(
            session.one(
                "SELECT string_agg(exception_class, ',') FROM"
                    + " bbm.batched_background_migration_job_transition_logs"))
        .isEqualTo("WorkerCrashed");
  }

  @Test
  void firstLaneGoesOnWithWhatALaneLeftThatIsThereNoMore() throws SQLException {
    Lane lane = lane("'Touch', 'routes', batch_size => 400, max_batch_size => 400, lanes => 3");
    var third = new Lane(session, lane.migration(), 3);
    assertThat(third.claim("third#1")).isEqualTo("run");
    session.run("UPDATE bbm.batched_background_migrations SET lanes = 1");
    var first = new Lane(session, lane.migration(), 1);

    for (int n = 1; !first.status().equals("finished"); n++) {
      assertThat(first.claim("first" + n + "#1")).as("claim %d", n).isNotEqualTo("lane_done");
      if (!first.status().equals("finished")) {
        (n == 1 ? third : first).work("first" + n + "#1");
      }
    }

    assertThat(first.jobs("format('%s/%s', lane, status)")).isEqualTo("3/3 1/3 1/3");
  }

  @Test
  void releasingCostsNothing() throws SQLException {
    Lane lane = threeJobs();
    for (int attempt = 1; attempt <= 20; attempt++) {
      assertThat(lane.claim("a#" + attempt)).isEqualTo("run");
      assertThat(lane.release("a#" + attempt)).isTrue();
    }

    assertThat(lane.jobs("format('%s/%s/%s', status, attempts, takeovers)")).isEqualTo("1/1/0");
  }

  @Test
  void crashesAtMovingCursorsAreNoFailure() throws SQLException {
    Lane lane = threeJobs();
    for (int attempt = 1; attempt <= 20; attempt++) {
      lane.claim("a#" + attempt);
      session.run(
          "UPDATE bbm.batched_background_migration_jobs SET cursor = jsonb_build_array(?::text)",
          Integer.toString(attempt));
    }

    assertThat(lane.jobs("format('%s/%s', status, attempts)")).isEqualTo("1/1");
  }

  @Test
  void retriesAFailedJobAfterTheNextRangeAndUpToThreeAttempts() throws SQLException {
    Lane lane = threeJobs();
    lane.claim("1#1");
    lane.fail("1#1");
    assertThat(lane.claim("2#1")).isEqualTo("run");
    assertThat(lane.jobs("format('%s/%s', status, attempts)")).isEqualTo("2/1 1/1");
    lane.work("2#1");

    assertThat(lane.claim("3#1")).isEqualTo("run");
    assertThat(lane.jobs("format('%s/%s', status, attempts)")).isEqualTo("1/2 3/1");
    lane.fail("3#1");
    lane.claim("4#1");
    lane.work("4#1");
    lane.claim("5#1");
    lane.fail("5#1");

    assertThat(lane.jobs("format('%s/%s', status, attempts)")).isEqualTo("2/3 3/1 3/1");
    assertThat(lane.status()).isEqualTo("failed");
    assertThat(lane.claim("6#1")).isEqualTo("stopped: failed");
  }

  @Test
  void aFailedMigrationResumesWithAllAttempts() throws SQLException {
    Lane lane = lane("'Touch', 'builds'");
    for (int n = 1; n <= 3; n++) {
      lane.claim(n + "#1");
      lane.fail(n + "#1");
    }
    assertThat(lane.status()).isEqualTo("failed");

    session.run("SELECT bbm.resume_migration(?)", lane.migration());
    assertThat(lane.jobs("attempts")).isEqualTo("0");
    assertThat(lane.claim("4#1")).isEqualTo("run");
    lane.work("4#1");

    assertThat(lane.claim("5#1")).isEqualTo("stopped: finished");
    assertThat(lane.status()).isEqualTo("finished");
  }

  @Test
  void failsWhenMoreThanHalfOfFiftyJobsFailed() throws SQLException {
    Lane lane =
        lane("'Touch', 'routes', batch_size => 1, sub_batch_size => 1, max_batch_size => 1");
    for (int n = 1; n <= 26; n++) {
      lane.claim(n + "#1");
      lane.work(n + "#1");
    }
    for (int n = 27; n <= 52; n++) {
      lane.claim(n + "#1");
      lane.fail(n + "#1");
    }
    assertThat(lane.status()).as("26 of 52").isEqualTo("active");

    lane.claim("53#1");
    lane.fail("53#1");
    assertThat(lane.status()).as("27 of 53").isEqualTo("failed");
  }

  @Test
  void fewerThanFiftyJobsMayAllFailOnce() throws SQLException {
    Lane lane =
        lane("'Touch', 'routes', batch_size => 1, sub_batch_size => 1, max_batch_size => 1");
    for (int n = 1; n <= 49; n++) {
      lane.claim(n + "#1");
      lane.fail(n + "#1");
    }
    assertThat(lane.status()).isEqualTo("active");

    lane.claim("50#1");
    lane.fail("50#1");
    assertThat(lane.status()).isEqualTo("failed");
  }

  @Test
  void twoLanesThatEndTheLastTwoJobsAtOnceFinishTheMigration() throws Exception {
    Lane one = lane("'Touch', 'routes', batch_size => 500, lanes => 2");
    try (var otherSession = new TestSession(postgres)) {
      var other = new Lane(otherSession, one.migration(), 1);
      one.claim("a#1");
      other.claim("b#1");
      one.work("a#1");
      other.work("b#1");
      int pid = otherSession.pid();

      session.begin();
      one.claim("a#2");
      CompletableFuture<String> closing =
          CompletableFuture.supplyAsync(() -> {
            try {
              return other.claim("b#2");
            } catch (SQLException failed) {
              throw new IllegalStateException(failed);
            }
          });
      session.awaitBlocked(pid);
      session.commit();

      assertThat(closing.get(60, TimeUnit.SECONDS)).isEqualTo("stopped: finished");
      assertThat(one.status()).isEqualTo("finished");
    }
  }

  @Test
  void aPausedMigrationWhoseLastJobEndsStaysPaused() throws SQLException {
    Lane lane = lane("'Touch', 'builds'");
    lane.claim("a#1");
    lane.work("a#1");
    session.run("SELECT bbm.pause_migration(?)", lane.migration());

    assertThat(lane.claim("a#2")).isEqualTo("stopped: paused");
    assertThat(lane.jobs("status")).isEqualTo("3");
    assertThat(lane.status()).isEqualTo("paused");

    session.run("SELECT bbm.resume_migration(?)", lane.migration());
    assertThat(lane.claim("b#1")).isEqualTo("stopped: finished");
    assertThat(lane.status()).isEqualTo("finished");
  }

  @Test
  void aPausedMigrationsSubBatchIsRefused() throws SQLException {
    Lane lane = threeJobs();
    lane.claim("a#1");
    session.run("SELECT bbm.pause_migration(?)", lane.migration());

    assertRefused("BM005", "is paused", () -> lane.open("a#1"));
  }

  @Test
  void pacingByIntervalNamesTheNextJobsTime() throws SQLException {
    Lane lane = lane("'Touch', 'routes', batch_size => 500, job_interval => '2 minutes'");
    lane.claim("a#1");
    lane.work("a#1");

    session.begin();
    assertThat(lane.claim("b#1")).isEqualTo("interval");
    session.rollback();
    assertThat(
            session.one(
                """
                SELECT c.not_before = j.started_at + interval '2 minutes'
                  FROM bbm.batched_background_migrations AS m
                  JOIN bbm.batched_background_migration_jobs AS j ON j.batched_background_migration_id = m.id,
                       bbm.claim_job(m.uid, 0, 'c#1', 'w', 'hash1', 4, 'gitlab_main', 'main', 1, NULL) AS c
                """))
        .isEqualTo("t");

    session.run(
        "UPDATE bbm.batched_background_migration_jobs SET started_at = started_at - interval '2"
            + " minutes'");
    assertThat(lane.claim("d#1")).isEqualTo("run");
  }

  @Test
  void oneMigrationPerTableTheOldestFirst() throws SQLException {
    Lane older = lane("'Touch', 'builds'");
    Lane younger = lane("'CopyColumn', 'builds', 'id', '[\"a\", \"b\"]'");
    Lane elsewhere = lane("'Touch', 'routes'");

    assertThat(younger.claim("a#1"))
        .isEqualTo("held: waits for main_%d on table builds".formatted(older.migration()));
    assertThat(elsewhere.claim("b#1")).isEqualTo("run");
    older.claim("c#1");
    older.work("c#1");
    long revision = revision(younger);
    older.claim("c#2");

    assertThat(revision(younger)).as("woken").isEqualTo(revision + 1);
    assertThat(younger.claim("a#1")).isEqualTo("run");
  }

  private long revision(Lane lane) throws SQLException {
    return session.number(
        "SELECT revision FROM bbm.batched_background_migrations WHERE id = ?", lane.migration());
  }

  @Test
  void atMostSoManyRunInOneDatabase() throws SQLException {
    Lane first = lane("'Touch', 'builds'");
    Lane second = lane("'Touch', 'routes'");
    Lane third = lane("'Touch', 'pairs'");

    assertThat(third.claim("a#1", "hash1", 2))
        .isEqualTo(
            "held: waits for main_%d, main_%d: 2 at a time in one database"
                .formatted(first.migration(), second.migration()));
    assertThat(second.claim("b#1", "hash1", 2)).isEqualTo("run");
    session.run("SELECT bbm.pause_migration(?)", first.migration());
    assertThat(third.claim("a#1", "hash1", 2)).isEqualTo("run");
  }

  @Test
  void aChangedJobClassIsHeld() throws SQLException {
    Lane lane = threeJobs();

    assertThat(lane.claim("a#1", "other", 4))
        .isEqualTo("held: job class Touch has changed since it was queued (hash, now othe)");
    assertThat(lane.claim("a#1")).isEqualTo("run");
    assertThat(
            session.one(
                "SELECT string_agg(kind, ' ' ORDER BY id) FROM bbm.migration_events WHERE"
                    + " batched_background_migration_id = ?",
                lane.migration()))
        .isEqualTo("queued held released");
  }
}
