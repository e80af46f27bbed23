package dev.bbm.starter.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bbm.starter.config.ConfigurationLoader;
import dev.bbm.starter.config.Surroundings;
import dev.bbm.starter.embedded.InJvmTemporalServer;
import dev.bbm.starter.embedded.TemporalOptions;
import dev.bbm.starter.exactness.Await;
import dev.bbm.starter.worker.WorkerService;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A worker that knows both servers goes with its schema when that moves, and is told nothing. */
@Timeout(600)
final class RepointIT {

  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final List<CountedTable> QUEUED =
      List.of(CountedTable.BUILDS, CountedTable.ROUTES, CountedTable.LEASES);

  @TempDir private Path folder;

  @Test
  void halfDoneMigrationsGoOnWhereTheirSchemaIs() throws InterruptedException {
    try (var pair = FailoverPair.start(folder);
        var temporal =
            new InJvmTemporalServer(
                TemporalOptions.throwaway(folder.resolve("temporal")), "test")) {
      temporal.start();
      Witness.install(pair.onPrimary());
      QUEUED.forEach(pair::queue);
      pair.onPrimary()
          .execute(
              "UPDATE bbm.batched_background_migrations SET pause_ms = 400, revision = revision + 1");
      try (var worker = worker(pair, temporal.target())) {
        worker.start();
        QUEUED.forEach(counted ->
            Await.until(
                counted + " has begun", LIMIT, () -> done(pair.onPrimary(), counted) >= 100));

        new HandMadeFailover(pair).run();
        pair.onStandby()
            .execute(
                "UPDATE bbm.batched_background_migrations SET workflow_seen_at = NULL WHERE status = 1");
        long atActivation = done(pair.onStandby(), CountedTable.BUILDS);

        awaitEnd(pair.onPrimary(), CountedTable.ROUTES, CountedTable.LEASES);
        awaitEnd(pair.onStandby(), CountedTable.BUILDS, CountedTable.LEASES);
        assertThat(atActivation).as("half done").isBetween(1L, FailoverPair.ROWS - 1L);
        assertThat(done(pair.onPrimary(), CountedTable.BUILDS)).isEqualTo(atActivation);
      }
      assertThat(violations(pair)).isEmpty();
      assertThat(pair.bbm().run("list --all").out())
          .containsPattern("main_1 +transferred")
          .containsPattern("ci_1 +finished");
    }
  }

  private static WorkerService worker(FailoverPair pair, String temporal) {
    var surroundings = new Surroundings(Map.of("TEMPORAL_ADDRESS", temporal), pair.project());
    return WorkerService.open(new ConfigurationLoader(surroundings).load(null), surroundings);
  }

  private static long done(Sql on, CountedTable counted) {
    return Long.parseLong(
        on.value("SELECT count(*) FROM %s WHERE n > 0".formatted(counted.table())));
  }

  private static void awaitEnd(Sql on, CountedTable... tables) {
    for (CountedTable counted : tables) {
      Await.until(
          () ->
              counted
                  + " is finished: "
                  + on.rows("SELECT id, status FROM bbm.batched_background_migrations ORDER BY id"),
          LIMIT,
          () ->
              on.value(
                      "SELECT status FROM bbm.batched_background_migrations WHERE table_name = ?",
                      counted.table())
                  .equals("3"));
    }
  }

  private static List<Violation> violations(FailoverPair pair) {
    try (var main = Observed.of("main", pair.onPrimary());
        var ci = Observed.of("ci", pair.onStandby())) {
      return Invariants.whenAllIsDone(main, ci);
    }
  }
}
