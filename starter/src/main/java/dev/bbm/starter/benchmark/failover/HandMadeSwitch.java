package dev.bbm.starter.benchmark.failover;

import dev.bbm.starter.embedded.EmbeddedStandby;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * The peer: what an experienced engineer types. The application's writers are stopped, the
 * primary's position is awaited on a standby, which is promoted; and its timeline is seen. No
 * fence, no locks, nothing in a journal, no way back.
 */
record HandMadeSwitch(BenchmarkServers servers, BenchmarkPlace main, Application ci) {

  private static final long LOOK_EVERY_NANOS = 10_000_000;

  /** How long the application was stopped. It then goes on where it was. */
  Duration measure() {
    try (EmbeddedStandby twin = servers.twin();
        BenchmarkPlace copy = servers.place(twin)) {
      // At hand in two terminals.
      copy.run(FailoverBenchmarkMapper::isInRecovery);
      main.run(FailoverBenchmarkMapper::isInRecovery);
      long began = System.nanoTime();
      ci.route().stop();
      try {
        move(copy);
        return Duration.ofNanos(System.nanoTime() - began);
      } finally {
        ci.route().goOn();
      }
    }
  }

  private void move(BenchmarkPlace copy) {
    String position = main.run(FailoverBenchmarkMapper::loadFlushedPosition);
    while (!copy.run(mapper -> mapper.hasReplayed(position))) {
      LockSupport.parkNanos(LOOK_EVERY_NANOS);
    }
    if (!copy.run(FailoverBenchmarkMapper::promote)) {
      throw ApplicationException.of(
          ErrorCode.STATEMENT_TIMEOUT, "the standby was not promoted within a minute");
    }
    String file = copy.run(FailoverBenchmarkMapper::loadWalFile);
    if (file.startsWith("00000001")) {
      throw ApplicationException.of(ErrorCode.BUG, "the promoted standby is on timeline 1");
    }
  }
}
