package dev.bbm.starter.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bbm.starter.testbed.Levers;
import dev.bbm.starter.testbed.Sql;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
final class EmbeddedStandbyIT {

  @TempDir private Path folder;
  private EmbeddedDatabaseServer server;
  private EmbeddedStandby standby;
  private Levers primary;
  private Levers copy;

  @BeforeEach
  void start() {
    server =
        new EmbeddedDatabaseServer(
            DatabaseServerOptions.throwaway(folder.resolve("primary"))
                .withDatabases(List.of("app")),
            UserCache.of(System.getenv()));
    server.start();
    onPrimary().execute("CREATE TABLE orders (id bigint)", "INSERT INTO orders VALUES (1)");
    standby = EmbeddedStandby.of(server, folder.resolve("standby"));
    primary = new Levers(server);
    copy = new Levers(standby.server());
  }

  @AfterEach
  void stop() {
    copy.thaw();
    standby.close();
    server.close();
  }

  @Test
  void showsWhatThePrimaryWritesAndRefusesWrites() {
    onPrimary().execute("INSERT INTO orders VALUES (2)");
    primary.awaitCaughtUp(copy);

    assertThat(orders(standby.server())).isEqualTo("2");
    assertThat(standby.isInRecovery()).isTrue();
    assertThatThrownBy(() -> onStandby().execute("INSERT INTO orders VALUES (3)"))
        .hasMessageContaining("read-only transaction");
  }

  @Test
  void becomesAPrimaryOnANewTimeline() {
    copy.promote();
    onStandby().execute("INSERT INTO orders VALUES (3)");

    assertThat(standby.isInRecovery()).isFalse();
    assertThat(orders(standby.server())).isEqualTo("2");
    assertThat(orders(server)).isEqualTo("1");
    assertThat(List.of(primary.timeline(), copy.timeline())).containsExactly(1, 2);
  }

  @Test
  void followsAPrimaryThatCrashedAndCameBack() {
    primary.crash();
    assertThat(server.isRunning()).isFalse();
    primary.restart();
    onPrimary().execute("INSERT INTO orders VALUES (2)");
    primary.awaitCaughtUp(copy);

    assertThat(orders(standby.server())).isEqualTo("2");
  }

  @Test
  void losesWhatWasWrittenWhileItsStreamWasCut() {
    copy.cutStream();
    onPrimary().execute("INSERT INTO orders VALUES (2)");
    primary.crash();
    copy.promote();

    assertThat(orders(standby.server())).isEqualTo("1");
  }

  @Test
  void receivesTheRestOnceItsStreamIsRestored() {
    copy.cutStream();
    onPrimary().execute("INSERT INTO orders VALUES (2)");
    assertThat(primary.lag(copy)).isPositive();

    copy.restoreStream();
    primary.awaitCaughtUp(copy);

    assertThat(primary.lag(copy)).isZero();
    assertThat(orders(standby.server())).isEqualTo("2");
  }

  @Test
  void appliesWhatItReceivedBeforeItsPromotionEndsThoughReplayWasPaused() {
    copy.pauseReplay();
    onPrimary().execute("INSERT INTO orders VALUES (2)");
    assertThat(orders(standby.server())).isEqualTo("1");
    copy.resumeReplay();
    primary.awaitCaughtUp(copy);

    assertThat(orders(standby.server())).isEqualTo("2");
  }

  @Test
  void becomesASecondPrimaryOfTheSameTimelineWithoutItsSignalFile() {
    copy.removeStandbySignal();
    onStandby().execute("INSERT INTO orders VALUES (3)");

    assertThat(copy.timeline()).isEqualTo(primary.timeline());
  }

  @Test
  void hangsWhileItIsFrozenAndGoesOnAfterwards() {
    copy.freeze();
    onPrimary().execute("INSERT INTO orders VALUES (2)");
    assertThat(
            onPrimary()
                .value(
                    "SELECT pg_wal_lsn_diff(pg_current_wal_flush_lsn(), replay_lsn) > 0 FROM pg_stat_replication"))
        .isEqualTo("t");

    copy.thaw();
    primary.awaitCaughtUp(copy);

    assertThat(orders(standby.server())).isEqualTo("2");
  }

  @Test
  void isCopiedItselfOnceItIsAPrimary() {
    copy.promote();
    try (var second = EmbeddedStandby.of(standby.server(), folder.resolve("second"))) {
      onStandby().execute("INSERT INTO orders VALUES (3)");
      copy.awaitCaughtUp(new Levers(second.server()));

      assertThat(orders(second.server())).isEqualTo("2");
    }
  }

  private Sql onPrimary() {
    return new Sql(server.jdbcUrl("app"));
  }

  private Sql onStandby() {
    return new Sql(standby.server().jdbcUrl("app"));
  }

  private static String orders(EmbeddedDatabaseServer server) {
    return new Sql(server.jdbcUrl("app")).value("SELECT count(*) FROM orders");
  }
}
