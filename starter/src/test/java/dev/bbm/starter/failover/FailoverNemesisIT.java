package dev.bbm.starter.failover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bbm.starter.exactness.Seed;
import dev.bbm.starter.exactness.TemporalServer;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Failovers under kills, pauses, cuts, early promotions and late calls. {@code
 * -Dbbm.failover.runs=50} for as many; {@code -Dbbm.failover.seed=…} repeats one.
 */
@Timeout(900)
final class FailoverNemesisIT {

  @TempDir private static Path temporalFolder;
  private static TemporalServer temporal;

  @TempDir private Path folder;

  @BeforeAll
  static void startTemporal() {
    temporal = TemporalServer.of(TemporalServer.Kind.DEV_SERVER, temporalFolder);
    temporal.start();
  }

  @AfterAll
  static void stopTemporal() {
    temporal.close();
  }

  static LongStream seeds() {
    Long one = Long.getLong("bbm.failover.seed");
    return one != null
        ? LongStream.of(one)
        : Seed.random().longs(Integer.getInteger("bbm.failover.runs", 2), 0, Long.MAX_VALUE);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void endsFullyMovedOrFullyBack(long seed) {
    try (var failover = new LiveFailover(folder, temporal)) {
      var nemesis = new Nemesis(failover, temporal, new Random(seed));
      failover.startWorker();
      failover.awaitHalfDone();
      failover.prepareZombies();
      failover.startCoordinator(null);
      failover.raiseZombiesAtTheFence();

      nemesis.strike();
      nemesis.mend();
      failover.awaitEnd();
      nemesis.resumePaused();

      assertThat(failover.verdict()).as("seed %d: %s", seed, nemesis).isEmpty();
      System.out.printf("seed %d: %s: %s%n", seed, failover.isMoved() ? "moved" : "back", nemesis);
    }
  }
}
