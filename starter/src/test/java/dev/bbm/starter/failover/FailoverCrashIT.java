package dev.bbm.starter.failover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bbm.starter.exactness.Await;
import dev.bbm.starter.exactness.Seed;
import dev.bbm.starter.exactness.TemporalServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The coordinator is killed at a step, before its effect, between effect and record, or after; and
 * another one goes on. {@code -Dbbm.failover.crashes=45} for all points, {@code
 * -Dbbm.failover.crash=retire/UNRECORDED} for one.
 */
@Timeout(600)
final class FailoverCrashIT {

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

  static List<CrashPoint> points() {
    String one = System.getProperty("bbm.failover.crash");
    if (one != null) {
      return List.of(CrashPoint.parse(one));
    }
    int wanted = Integer.getInteger("bbm.failover.crashes", 3);
    return wanted >= CrashPoint.all().size()
        ? CrashPoint.all()
        : CrashPoint.sample(Seed.random(), wanted);
  }

  @ParameterizedTest
  @MethodSource("points")
  void endsFullyMovedOrFullyBack(CrashPoint point) {
    try (var failover = new LiveFailover(folder, temporal)) {
      failover.startWorker();
      failover.awaitHalfDone();
      failover.prepareZombies();

      var first = failover.startCoordinator(point);
      Await.until(
          () -> "the coordinator ends itself at %s; %s".formatted(point, failover.lastWords()),
          Duration.ofMinutes(3),
          () -> !first.isAlive());
      failover.raiseZombies();
      failover.startCoordinator(null);
      failover.awaitEnd();

      assertThat(failover.verdict()).isEmpty();
    }
  }
}
