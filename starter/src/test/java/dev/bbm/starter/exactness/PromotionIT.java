package dev.bbm.starter.exactness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bbm.starter.embedded.EmbeddedStandby;
import dev.bbm.starter.testbed.Levers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The owner's primary is killed with a part of its log that no replica has; a replica is promoted,
 * and the workers, which list both, are left alone.
 */
@Timeout(600)
final class PromotionIT {

  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final int ROWS = 8_000;

  @TempDir private Path folder;

  @Execution(ExecutionMode.CONCURRENT)
  @Test
  void workersFindThePromotedReplicaAndDoEverySurvivingRowOnce() {
    try (var cluster = Cluster.start(TemporalServer.Kind.ANY, ROWS, 1);
        var replica = EmbeddedStandby.of(cluster.postgres(), folder.resolve("replica"));
        var promoted = new Migrated(replica.server().jdbcUrl("main"))) {
      var primary = cluster.database();
      primary.queue(Subject.NUMBERS, ", batch_size => 8000, sub_batch_size => 20, pause_ms => 40");
      for (String name : new String[] {"first", "second"}) {
        cluster.worker(name, endpoints(replica), "").start();
      }
      new Schedules(cluster).awaitMoves(20);
      var levers = new Levers(replica.server());
      levers.cutStream();
      long survived = promoted.moves();
      Await.until("work goes on unreplicated", LIMIT, () -> primary.moves() > survived + 10);
      long written = primary.moves();

      cluster.postgres().killHard();
      long promotedAt = System.nanoTime();
      levers.promote();

      assertThat(promoted.moves()).as("the tail is lost").isLessThan(written);
      Await.until("a worker takes over", LIMIT, () -> epoch(promoted) == 2);
      long waited = (System.nanoTime() - promotedAt) / 1_000_000;
      System.out.printf(
          "%d of %d sub-batches survived; taken over %d ms after the promotion%n",
          survived, written, waited);
      assertThat(waited).isGreaterThanOrEqualTo(10_000);
      Await.until("work goes on", LIMIT, () -> promoted.moves() > survived + 20);
      assertThat(movesBeforeTakeover(promoted, survived)).isZero();

      cluster.postgres().start();
      long former = primary.patiently(primary::moves);
      Await.until(
          "the former primary is an alarm",
          LIMIT,
          () ->
              promoted.number("SELECT count(*) FROM bbm.migration_events WHERE kind = 'alarm'")
                  > 0);
      Await.until("the migration finishes", LIMIT, promoted::allFinished);

      assertThat(Violations.in(promoted)).isEmpty();
      assertThat(primary.moves()).as("sub-batches on the former primary").isEqualTo(former);
      assertThat(epoch(primary)).isEqualTo(1);
      assertThat(
              promoted.number(
                  "SELECT count(*) FROM bbm.migration_events WHERE kind = 'takeover' AND gitlab_schema = 'gitlab_main'"))
          .isEqualTo(1);
      assertThat(
              promoted.value(
                  "SELECT reason FROM bbm.migration_events WHERE kind = 'takeover waits' AND gitlab_schema = 'gitlab_main' ORDER BY id LIMIT 1"))
          .isEqualTo("workers take it over in 10 s if nothing speaks against it");
    }
  }

  private static Map<String, String> endpoints(EmbeddedStandby replica) {
    return Map.of(ExactnessWorker.OTHER_ENDPOINT, replica.server().jdbcUrl("main"));
  }

  private static long movesBeforeTakeover(Migrated promoted, long survived) {
    return promoted.number(
        """
        SELECT count(*)
          FROM (SELECT o.at FROM audit.moves AS o ORDER BY o.id OFFSET ?) AS later
         WHERE later.at < (SELECT min(e.created_at) FROM bbm.migration_events AS e WHERE e.kind = 'takeover')
        """,
        survived);
  }

  private static long epoch(Migrated database) {
    return database.patiently(() ->
        database.number(
            "SELECT epoch FROM bbm.schema_ownership WHERE gitlab_schema = 'gitlab_main'"));
  }
}
