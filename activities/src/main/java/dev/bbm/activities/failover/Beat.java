package dev.bbm.activities.failover;

import io.temporal.activity.ActivityExecutionContext;
import io.temporal.client.ActivityCompletionException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Beats every 500 ms from a timer thread, and ends a wait that nobody wants any more. */
final class Beat implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Beat.class);
  private static final long PERIOD_MILLIS = 500;

  private final ActivityExecutionContext context;
  private final ScheduledFuture<?> beats;
  private final CountDownLatch unwanted = new CountDownLatch(1);
  private volatile @Nullable ActivityCompletionException ended;

  Beat(ActivityExecutionContext context, ScheduledExecutorService timer) {
    this.context = context;
    this.beats = timer.scheduleAtFixedRate(this::beat, 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void beat() {
    try {
      context.heartbeat(null);
    } catch (ActivityCompletionException over) {
      ended = over;
      unwanted.countDown();
    } catch (RuntimeException unexpected) {
      log.warn("Heartbeat failed and is repeated: {}", unexpected.toString());
    }
  }

  /** Waits between two looks; throws when the attempt is not wanted any more. */
  void pause(Duration duration) {
    try {
      if (unwanted.await(duration.toMillis(), TimeUnit.MILLISECONDS)) {
        ActivityCompletionException over = ended;
        if (over != null) {
          throw over;
        }
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting", interrupted);
    }
  }

  @Override
  public void close() {
    beats.cancel(false);
  }
}
