package dev.bbm.starter.demo;

import dev.bbm.workflows.failure.ApplicationException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToLongFunction;

/**
 * The application beside the migrations: changes one row after the other, and when it is refused,
 * goes to the server that owns its tables.
 */
final class DemoWriter implements AutoCloseable {

  /** One row. */
  @FunctionalInterface
  interface Write {
    int apply(DemoMapper mapper, long id);
  }

  private static final long PAUSE_NANOS = 4_000_000;

  private final String gitlabSchema;
  private final List<DemoPlace> places;
  private final Write write;
  private final ToLongFunction<DemoMapper> count;
  private final int rows;
  private final Thread thread;
  private DemoPlace at;
  private long written;
  private long lastNanos = System.nanoTime();
  private long longestNanos;
  private volatile boolean ended;

  /** Begins at the first place. */
  DemoWriter(
      String gitlabSchema,
      List<DemoPlace> places,
      int rows,
      Write write,
      ToLongFunction<DemoMapper> count) {
    this.gitlabSchema = gitlabSchema;
    this.places = List.copyOf(places);
    this.at = places.getFirst();
    this.rows = rows;
    this.write = write;
    this.count = count;
    this.thread = Thread.ofVirtual().start(this::work);
  }

  private void work() {
    while (!ended) {
      try {
        long id = ThreadLocalRandom.current().nextLong(1, rows + 1L);
        at.run(mapper -> write.apply(mapper, id));
        wrote();
      } catch (ApplicationException refused) {
        lookForTheOwner();
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  private synchronized void wrote() {
    long now = System.nanoTime();
    written++;
    longestNanos = Math.max(longestNanos, now - lastNanos);
    lastNanos = now;
  }

  private void lookForTheOwner() {
    for (DemoPlace place : places) {
      try {
        if (place.owns(gitlabSchema)) {
          at = place;
          return;
        }
      } catch (ApplicationException unreachable) {
        // The next one, or this one in the next round.
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  /** Writes that were committed. */
  synchronized long written() {
    return written;
  }

  /** The longest time between two of them. */
  synchronized Duration longestPause() {
    return Duration.ofNanos(longestNanos);
  }

  /** Writes that were committed and are not in the database that owns their table now. */
  long lost() {
    lookForTheOwner();
    return written() - at.run(count::applyAsLong);
  }

  @Override
  public void close() {
    end();
  }

  /** Returns when nothing is written any more. */
  void end() {
    ended = true;
    try {
      thread.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
