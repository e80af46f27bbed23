package dev.bbm.starter.exactness;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * What is done to a small migration; the same to the real code and to its mutants. Each ends with
 * THE CHECK.
 */
final class Schedules {

  private static final Duration LIMIT = Duration.ofMinutes(3);

  private final Cluster cluster;
  private final Migrated database;

  Schedules(Cluster cluster) {
    this.cluster = cluster;
    this.database = cluster.database();
  }

  /** Kills the worker at random moments; sooner when a change is seen whose cursor is not. */
  List<String> killWorker(Map<String, String> mutant, Random random) {
    database.queue(Subject.NUMBERS, ", batch_size => 2500, sub_batch_size => 25, pause_ms => 20");
    var worker = cluster.worker("w", mutant, "").start();
    for (int kill = 1; kill <= 3; kill++) {
      awaitMoves(database.moves() + 2);
      awaitTorn(random.nextInt(400));
      worker.killHard();
      worker.start();
    }
    return finish();
  }

  private void awaitTorn(int longestMillis) {
    long deadline = System.nanoTime() + Duration.ofMillis(longestMillis).toNanos();
    while (System.nanoTime() < deadline
        && database.number(
                "SELECT (SELECT sum(n) FROM numbers) - (SELECT sum(rows) FROM audit.moves)")
            == 0) {
      Thread.onSpinWait();
    }
  }

  /** Fences the schema while sub-batches are under way, and lifts the fence again. */
  List<String> fence(String connection) {
    database.queue(
        Subject.NUMBERS,
        ", batch_size => 1000, max_batch_size => 1000, sub_batch_size => 100, pause_ms => 0, lanes => 3");
    database.slowDown(0.15);
    cluster.worker("w", Map.of(), connection).start();
    for (int fence = 1; fence <= 2; fence++) {
      awaitMoves(database.moves() + 3);
      fenceForAWhile();
    }
    database.slowDown(0);
    return finish();
  }

  private void fenceForAWhile() {
    try (var fencer = database.open();
        var statement = fencer.createStatement()) {
      // One message: nothing of the test's lies between the COMMIT and the snapshot. The sleep is
      // longer than a sub-batch: each lane comes to its next gate while the fence is not committed
      // yet.
      statement.execute(
          """
          BEGIN;
          UPDATE bbm.schema_ownership SET state = 'FENCED' WHERE gitlab_schema = 'gitlab_main';
          SELECT pg_sleep(0.6);
          COMMIT;
          INSERT INTO audit.fences (snapshot) VALUES (pg_current_snapshot())
          """);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    Await.sleep(700);
    database.execute("UPDATE audit.fences SET lifted = pg_current_snapshot() WHERE lifted IS NULL");
    database.execute(
        "UPDATE bbm.schema_ownership SET state = 'ACTIVE', epoch = epoch + 1 WHERE gitlab_schema = 'gitlab_main'");
  }

  /**
   * Two attempts on one job: one that slept while another worked, and one whose claim was just
   * taken.
   */
  List<String> staleAttempts() {
    long migration =
        database.queue(
            Subject.NUMBERS, ", batch_size => 5000, sub_batch_size => 100, pause_ms => 300");
    var first = cluster.worker("first").start();
    awaitMoves(2);
    var second = cluster.worker("second").start();
    stopBetweenSubBatches(first);
    awaitMovesOf(second, 3);
    first.resume();
    Await.sleep(1_500);
    var holder =
        database
                .value("SELECT worker FROM bbm.batched_background_migration_jobs WHERE status = 1")
                .equals("first")
            ? first
            : second;
    stopBetweenSubBatches(holder);
    database.value(
        """
        SELECT (bbm.claim_job(m.uid, 1, 'thief#1', 'thief', m.job_class_hash, 4, o.gitlab_schema, 'main', o.epoch, o.place)).verdict
          FROM bbm.batched_background_migrations AS m
          JOIN bbm.schema_ownership AS o USING (gitlab_schema)
         WHERE m.id = ?
        """,
        migration);
    holder.resume();
    return finish();
  }

  /** Stops the worker's process at a moment when it holds no transaction. */
  void stopBetweenSubBatches(WorkerJvm worker) {
    Await.until(
        worker.name() + " is stopped between two sub-batches",
        LIMIT,
        () -> {
          worker.stop();
          Await.sleep(20);
          if (database.number(
                  "SELECT count(*) FROM pg_stat_activity WHERE application_name = ? AND state <> 'idle'",
                  "bbm/" + worker.name())
              == 0) {
            return true;
          }
          worker.resume();
          return false;
        });
  }

  /** Stops the worker's process while its sub-batch is in its slow change. */
  void stopWithinSubBatch(WorkerJvm worker) {
    awaitWithinSubBatch(worker);
    worker.stop();
  }

  void awaitWithinSubBatch(WorkerJvm worker) {
    Await.until(
        worker.name() + " is in the change of a sub-batch",
        LIMIT,
        () ->
            database.number(
                    "SELECT count(*) FROM pg_stat_activity WHERE application_name = ? AND wait_event = 'PgSleep'",
                    "bbm/" + worker.name())
                == 1);
  }

  void awaitMoves(long count) {
    Await.until(
        count + " sub-batches are committed",
        LIMIT,
        () -> database.patiently(database::moves) >= count);
  }

  void awaitMovesOf(WorkerJvm worker, long count) {
    Await.until(
        "%s has committed %d sub-batches".formatted(worker.name(), count),
        LIMIT,
        () ->
            database.number(
                    "SELECT count(*) FROM audit.moves WHERE moved_by = ?", "bbm/" + worker.name())
                >= count);
  }

  List<String> finish() {
    Await.until("the migration finishes", LIMIT, database::allFinished);
    return Violations.in(database);
  }
}
