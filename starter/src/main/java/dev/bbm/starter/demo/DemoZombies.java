package dev.bbm.starter.demo;

import dev.bbm.activities.failure.SqlStates;
import dev.bbm.activities.migration.SubBatchMapper;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCategory;
import dev.bbm.workflows.failure.ErrorCode;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.ibatis.session.SqlSession;

/**
 * Workers that were away while ci moved: from the fence on they send the sub-batch they were at, by
 * the token they were given before, one to the old server and one to the new.
 */
final class DemoZombies implements AutoCloseable {

  private static final long PAUSE_NANOS = 100_000_000;

  /** It would change rows a second time, if the gate let it. */
  private static final String STATEMENT =
      "UPDATE ci_builds SET changes = changes + 1 WHERE id > ($1)[1]::bigint AND id <= ($1)[2]::bigint";

  private final DemoPlace old;
  private final HeldJob held;
  private final List<Thread> threads;
  private final AtomicLong refused = new AtomicLong();
  private final AtomicLong written = new AtomicLong();
  private volatile boolean ended;

  DemoZombies(DemoPlace old, DemoPlace copy, HeldJob held) {
    this.old = old;
    this.held = held;
    this.threads =
        List.of(old, copy).stream()
            .map(place -> Thread.ofVirtual().start(() -> haunt(place)))
            .toList();
  }

  private void haunt(DemoPlace place) {
    while (!ended && old.owns(held.gitlabSchema())) {
      LockSupport.parkNanos(PAUSE_NANOS / 10);
    }
    while (!ended) {
      attempt(place);
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  private void attempt(DemoPlace place) {
    try (SqlSession session = place.database().transactions().open()) {
      session
          .getMapper(SubBatchMapper.class)
          .runAndCommit(
              held.open(),
              held.through(),
              false,
              STATEMENT,
              new String[] {number(held.cursor()), number(held.through())});
      written.incrementAndGet();
    } catch (RuntimeException thrown) {
      count(SqlStates.translate(place.name(), thrown));
    }
  }

  private void count(ApplicationException failure) {
    if (failure.code().category() != ErrorCategory.UNAVAILABLE
        && failure.code() != ErrorCode.CONNECTION_LOST) {
      refused.incrementAndGet();
    }
  }

  /** The one key of a cursor. */
  private static String number(String cursor) {
    String digits = cursor.replaceAll("\\D", "");
    return digits.isEmpty() ? "0" : digits;
  }

  long refused() {
    return refused.get();
  }

  long written() {
    return written.get();
  }

  @Override
  public void close() {
    ended = true;
    threads.forEach(DemoZombies::join);
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
