package dev.bbm.activities.migration;

import io.temporal.activity.ActivityExecutionContext;
import io.temporal.client.ActivityCompletionException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Beats every 500 ms from a timer thread, whatever the slice does; Temporal gives up on it after 3
 * s of silence.
 */
final class TemporalHeartbeat implements Heartbeat {

  private static final Logger log = LoggerFactory.getLogger(TemporalHeartbeat.class);

  private static final long PERIOD_MILLIS = 500;

  /** The statement timeout is 30 s; a statement that lasts longer hangs in the network. */
  private static final long LONGEST_STATEMENT_NANOS = Duration.ofSeconds(35).toNanos();

  /** A long pause must not hold up a shutdown. */
  private static final long LONGEST_LOOK_AWAY_MILLIS = 200;

  private final ActivityExecutionContext context;
  private final BooleanSupplier shuttingDown;
  private final ScheduledFuture<?> beats;
  private final CountDownLatch lost = new CountDownLatch(1);
  private volatile long statementBegan;
  private volatile boolean inStatement;

  TemporalHeartbeat(
      ActivityExecutionContext context,
      ScheduledExecutorService timer,
      BooleanSupplier shuttingDown) {
    this.context = context;
    this.shuttingDown = shuttingDown;
    this.beats = timer.scheduleAtFixedRate(this::beat, 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void beat() {
    if (inStatement && System.nanoTime() - statementBegan > LONGEST_STATEMENT_NANOS) {
      return;
    }
    try {
      context.heartbeat(null);
    } catch (ActivityCompletionException ended) {
      log.debug("Attempt is not wanted any more: {}", ended.toString());
      lost.countDown();
    } catch (RuntimeException unexpected) {
      // Thrown on, it would end the timer silently; the next beat tries again.
      log.warn("Heartbeat failed and is repeated: {}", unexpected.toString());
    }
  }

  @Override
  public boolean shouldStop() {
    return lost.getCount() == 0 || shuttingDown.getAsBoolean();
  }

  @Override
  public void statementBegins() {
    statementBegan = System.nanoTime();
    inStatement = true;
  }

  @Override
  public void statementEnds() {
    inStatement = false;
  }

  @Override
  public void pause(int milliseconds) {
    long left = milliseconds;
    try {
      while (left > 0 && !shouldStop()) {
        long part = Math.min(left, LONGEST_LOOK_AWAY_MILLIS);
        lost.await(part, TimeUnit.MILLISECONDS);
        left -= part;
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      lost.countDown();
    }
  }

  @Override
  public void close() {
    beats.cancel(false);
  }
}
