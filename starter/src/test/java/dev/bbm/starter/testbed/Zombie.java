package dev.bbm.starter.testbed;

import dev.bbm.activities.migration.TokenKeeper;
import dev.bbm.activities.migration.TokenKeeper.Grip;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCategory;
import dev.bbm.workflows.failure.ErrorCode;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One worker with an old token, which tries its next sub-batch and a new claim in turn, and takes
 * no refusal for an end.
 */
public final class Zombie implements AutoCloseable {

  private static final long PAUSE_NANOS = 3_000_000;

  /**
   * What it met.
   *
   * @param writes sub-batches that it committed, before the fence too
   * @param writesBehindTheFence sub-batches and claims that the gate let pass after it had told
   *     once that the ownership is lost: an epoch never comes back
   * @param refusals by code; an unreachable server is none
   */
  public record Account(
      String where,
      long attempts,
      long writes,
      long writesBehindTheFence,
      Map<ErrorCode, Long> refusals,
      long unreachable) {}

  private final String where;
  private final TokenKeeper keeper;
  private final Map<ErrorCode, Long> refusals = new TreeMap<>();
  private Grip grip;
  private long attempts;
  private long writes;
  private long writesBehindTheFence;
  private long unreachable;
  private volatile boolean ended;
  private final Thread thread = new Thread(this::work, "zombie");

  Zombie(String where, TokenKeeper keeper, Grip grip) {
    this.where = where;
    this.keeper = keeper;
    this.grip = grip;
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  private void work() {
    while (!ended) {
      attempt(this::continueJob);
      attempt(this::claimAgain);
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  private void continueJob() {
    if (grip.through() != null) {
      grip = keeper.runSubBatch(grip);
      passed(1);
    }
  }

  private void claimAgain() {
    keeper.claim(grip.uid(), grip.token()).ifPresent(claimed -> grip = claimed);
    passed(0);
  }

  private synchronized void passed(int subBatches) {
    writes += subBatches;
    if (refusals.containsKey(ErrorCode.OWNERSHIP_LOST)) {
      writesBehindTheFence++;
    }
  }

  private void attempt(Runnable work) {
    try {
      work.run();
      count(null);
    } catch (ApplicationException refused) {
      count(refused.code());
    }
  }

  private synchronized void count(@Nullable ErrorCode refusal) {
    attempts++;
    if (refusal == null) {
      return;
    }
    if (refusal.category() == ErrorCategory.UNAVAILABLE || refusal == ErrorCode.CONNECTION_LOST) {
      unreachable++;
    } else {
      refusals.merge(refusal, 1L, Long::sum);
    }
  }

  /** What it has met so far. */
  public synchronized Account account() {
    return new Account(
        where, attempts, writes, writesBehindTheFence, Map.copyOf(refusals), unreachable);
  }

  @Override
  public void close() {
    ended = true;
    try {
      if (thread.isAlive()) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    keeper.close();
  }
}
