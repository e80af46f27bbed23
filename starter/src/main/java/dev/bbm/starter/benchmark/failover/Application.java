package dev.bbm.starter.benchmark.failover;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * The application's part that writes one side: each writer commits an update and an insert, then
 * rests for a moment.
 */
final class Application implements AutoCloseable {

  private static final long REST_NANOS = 20_000_000;

  private final Load load;
  private final List<BenchmarkTable> tables;
  private final Route route;
  private final InstantSource clock;
  private final List<CommitLog> logs = new ArrayList<>();
  private final List<Thread> writers = new ArrayList<>();
  private volatile boolean ended;

  /** Begins to write. */
  Application(Load load, Side side, Route route, InstantSource clock) {
    this.load = load;
    this.tables = load.tables().stream().filter(table -> table.side() == side).toList();
    this.route = route;
    this.clock = clock;
    IntStream.range(0, load.writers(side)).forEach(_ -> startWriter());
  }

  private void startWriter() {
    var log = new CommitLog();
    logs.add(log);
    writers.add(Thread.ofPlatform().daemon().start(() -> work(log)));
  }

  private void work(CommitLog log) {
    while (!ended) {
      var random = ThreadLocalRandom.current();
      BenchmarkTable table = tables.get(random.nextInt(tables.size()));
      if (route.write(table, random.nextLong(1, load.rows() + 1L))) {
        log.add(clock.instant());
        LockSupport.parkNanos(REST_NANOS);
      } else {
        route.follow(() -> ended);
      }
    }
  }

  Route route() {
    return route;
  }

  /** Writes that were committed. */
  long written() {
    return logs.stream().mapToLong(CommitLog::size).sum();
  }

  /** The longest time that a writer was without a commit. */
  Duration longestWait(Instant from, Instant to) {
    return logs.stream()
        .map(log -> log.longestPause(from, to))
        .max(Duration::compareTo)
        .orElse(Duration.ZERO);
  }

  @Override
  public void close() {
    end();
  }

  /** Returns when nothing is written any more. */
  void end() {
    ended = true;
    for (Thread writer : writers) {
      try {
        writer.join();
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
