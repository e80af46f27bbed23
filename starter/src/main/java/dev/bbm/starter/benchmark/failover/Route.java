package dev.bbm.starter.benchmark.failover;

import dev.bbm.workflows.failure.ApplicationException;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BooleanSupplier;

/**
 * The application's way to what it writes, as a pooler would be: it leads to the server that owns
 * the gitlab_schema, and can be paused.
 */
final class Route {

  private static final long LOOK_EVERY_NANOS = 20_000_000;

  private final String gitlabSchema;
  private final List<BenchmarkPlace> places;
  private final ReadWriteLock pause = new ReentrantReadWriteLock(true);
  private volatile BenchmarkPlace at;

  /** Leads to the first place. */
  Route(String gitlabSchema, List<BenchmarkPlace> places) {
    this.gitlabSchema = gitlabSchema;
    this.places = List.copyOf(places);
    this.at = places.getFirst();
  }

  /** Does it where the route leads; whether it was committed. */
  boolean write(BenchmarkTable table, long id) {
    pause.readLock().lock();
    try {
      return at.run(mapper -> mapper.write(table.name(), table.side().events(), id)) == 1;
    } catch (ApplicationException refused) {
      return false;
    } finally {
      pause.readLock().unlock();
    }
  }

  /** Looks until it finds the owner, or is not wanted any more; one looks for all. */
  synchronized void follow(BooleanSupplier unwanted) {
    while (!unwanted.getAsBoolean()) {
      for (BenchmarkPlace place : places) {
        if (owns(place)) {
          at = place;
          return;
        }
      }
      LockSupport.parkNanos(LOOK_EVERY_NANOS);
    }
  }

  private boolean owns(BenchmarkPlace place) {
    try {
      return place.run(mapper -> mapper.owns(gitlabSchema));
    } catch (ApplicationException unreachable) {
      return false;
    }
  }

  /** Returns when no write is under way any more. */
  void stop() {
    pause.writeLock().lock();
  }

  /** By whoever stopped it. */
  void goOn() {
    pause.writeLock().unlock();
  }
}
