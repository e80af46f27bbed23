package dev.bbm.starter.exactness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bbm.starter.embedded.StopMode;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Jobs that change hands otherwise than by a kill: from a worker that slept (SIGSTOP), from one
 * that ends in order, and to a promoted server. Stops between sub-batches: {@link MutantsIT}.
 */
@Timeout(600)
final class HandoverIT {

  private static final int ROWS = 2_000;
  private static final int EXIT_AFTER_SIGTERM = 143;
  private static final Duration LIMIT = Duration.ofMinutes(2);

  /**
   * What the stopped worker has sent is one message with its COMMIT: the server ends that by
   * itself, and holds neither job nor fence for a worker that is gone.
   */
  @Execution(ExecutionMode.CONCURRENT)
  @Test
  void nextTransactionOfAStoppedWorkerIsRefused() {
    try (var cluster = Cluster.start(TemporalServer.Kind.ANY, ROWS, 1)) {
      var database = cluster.database();
      var schedules = new Schedules(cluster);
      // In plenty, however long the second worker takes to start.
      database.queue(Subject.NUMBERS, ", batch_size => 2000, sub_batch_size => 10, pause_ms => 0");
      database.slowDown(1);
      var first = cluster.worker("first").start();
      schedules.awaitMovesOf(first, 1);
      cluster.worker("second").start();
      schedules.stopWithinSubBatch(first);
      database.slowDown(0.2);
      Await.until(
          "the second worker holds the job",
          LIMIT,
          () ->
              database
                  .values(
                      "SELECT worker FROM bbm.batched_background_migration_jobs WHERE status = 1")
                  .contains("second"));
      long before = movesOfTheFirst(database);
      first.resume();
      database.slowDown(0);

      assertThat(schedules.finish()).isEmpty();
      assertThat(
              database.number(
                  "SELECT count(*) FROM audit.moves WHERE moved_by = 'bbm/first' AND id <= (SELECT min(id) FROM audit.moves WHERE moved_by = 'bbm/second')"))
          .as("sub-batches of the first worker before the second's first one")
          .isEqualTo(before);
    }
  }

  private static long movesOfTheFirst(Migrated database) {
    return database.number("SELECT count(*) FROM audit.moves WHERE moved_by = 'bbm/first'");
  }

  /** Continued before anybody could take the job over: the transaction is still the job's own. */
  @Execution(ExecutionMode.CONCURRENT)
  @Test
  void transactionOfAWorkerThatWakesInTimeCommitsOnce() {
    try (var cluster = Cluster.start(TemporalServer.Kind.ANY, ROWS, 1)) {
      var database = cluster.database();
      var schedules = new Schedules(cluster);
      // In plenty, however long the second worker takes to start.
      database.queue(Subject.NUMBERS, ", batch_size => 2000, sub_batch_size => 10, pause_ms => 0");
      database.slowDown(0.5);
      var first = cluster.worker("first").start();
      schedules.awaitMovesOf(first, 1);
      cluster.worker("second").start();
      for (int stop = 1; stop <= 2; stop++) {
        schedules.stopWithinSubBatch(first);
        Await.sleep(4_500);
        first.resume();
        schedules.awaitMoves(database.moves() + 1);
      }
      database.slowDown(0);

      assertThat(schedules.finish()).isEmpty();
    }
  }

  @Execution(ExecutionMode.CONCURRENT)
  @Test
  void endsAtTheBorderOfASubBatch() {
    try (var cluster = Cluster.start(TemporalServer.Kind.ANY, 2_000, 1)) {
      var database = cluster.database();
      var schedules = new Schedules(cluster);
      database.queue(Subject.NUMBERS, ", batch_size => 2000, sub_batch_size => 100, pause_ms => 0");
      database.slowDown(0.7);
      var first = cluster.worker("first").start();
      schedules.awaitMoves(2);
      // The one under way when SIGTERM comes lasts until it has been heard.
      database.slowDown(4);
      schedules.awaitMoves(database.moves() + 2);
      schedules.awaitWithinSubBatch(first);
      long before = database.moves();

      int status = first.terminate(LIMIT);

      assertThat(status).isEqualTo(EXIT_AFTER_SIGTERM);
      assertThat(database.moves())
          .as("the sub-batch under way was committed")
          .isEqualTo(before + 1);
      Await.until(
          "the server has noticed that its connections are closed",
          LIMIT,
          () ->
              database.number(
                      "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'bbm/first'")
                  == 0);
      assertThat(
              database.values(
                  "SELECT coalesce(claim, 'nobody') FROM bbm.batched_background_migration_jobs"))
          .containsExactly("nobody");

      long began = System.nanoTime();
      cluster.worker("second").start();
      schedules.awaitMoves(before + 2);
      System.out.printf(
          "the next worker's first commit came %d ms after its start%n",
          (System.nanoTime() - began) / 1_000_000);
      database.slowDown(0);
      assertThat(schedules.finish()).isEmpty();
    }
  }

  @Execution(ExecutionMode.CONCURRENT)
  @Test
  void workerFollowsAPromotionUnlessAFailoverIsUndecided() {
    try (var cluster = Cluster.start(TemporalServer.Kind.ANY, 8_000, 1)) {
      var database = cluster.database();
      var schedules = new Schedules(cluster);
      database.queue(Subject.NUMBERS, ", batch_size => 8000, sub_batch_size => 20, pause_ms => 20");
      cluster.worker("w").start();
      schedules.awaitMoves(20);

      database.execute(
          "INSERT INTO bbm.failovers (id, from_database, to_database) VALUES (gen_random_uuid(), 'main', 'ci')");
      promote(cluster);
      long moves = database.moves();
      Await.sleep(14_000);
      assertThat(database.moves()).as("sub-batches on the new timeline").isEqualTo(moves);
      assertThat(epoch(database)).isEqualTo(1);
      database.execute("UPDATE bbm.failovers SET decision = 'ABORT', decided_at = now()");
      schedules.awaitMoves(moves + 20);
      assertThat(epoch(database)).isEqualTo(2);

      long promoted = promote(cluster);
      long atPromotion = database.moves();
      Await.until("the worker takes over", LIMIT, () -> epoch(database) == 3);
      long waited = (System.nanoTime() - promoted) / 1_000_000;
      System.out.printf("taken over %d ms after the promotion%n", waited);
      assertThat(waited).isGreaterThanOrEqualTo(10_000);
      assertThat(
              database.number(
                  "SELECT count(*) FROM audit.moves WHERE id > ? AND at < (SELECT max(created_at) FROM bbm.migration_events WHERE kind = 'takeover')",
                  lastMove(database, atPromotion)))
          .as("sub-batches before the takeover")
          .isZero();
      assertThat(
              database.number(
                  "SELECT count(*) FROM bbm.migration_events WHERE kind = 'takeover' AND gitlab_schema = 'gitlab_main'"))
          .isEqualTo(2);

      assertThat(schedules.finish()).isEmpty();
    }
  }

  private static long lastMove(Migrated database, long count) {
    return database.number(
        "SELECT id FROM (SELECT id FROM audit.moves ORDER BY id LIMIT ?) AS first ORDER BY id DESC LIMIT 1",
        count);
  }

  private static long epoch(Migrated database) {
    return database.number(
        "SELECT epoch FROM bbm.schema_ownership WHERE gitlab_schema = 'gitlab_main'");
  }

  /**
   * The server goes away and comes back as a standby that is promoted. Returns a time before that.
   */
  private static long promote(Cluster cluster) {
    cluster.postgres().stop(StopMode.FAST);
    cluster.becomeStandby();
    cluster.postgres().start();
    long before = System.nanoTime();
    assertThat(cluster.database().patiently(() -> cluster.database().value("SELECT pg_promote()")))
        .isEqualTo("t");
    return before;
  }
}
