package dev.bbm.workflows.failover;

import io.temporal.activity.ActivityCancellationType;
import io.temporal.activity.ActivityOptions;
import io.temporal.common.RetryOptions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Timeouts and retries of a failover's activities, each with its reason. */
final class FailoverActivityOptions {

  /** Six beats of 500 ms: a killed coordinator is noticed within this time. */
  private static final Duration HEARTBEAT = Duration.ofSeconds(3);

  /** One attempt; a step that waits for long beats meanwhile. */
  private static final Duration LONGEST_ATTEMPT = Duration.ofMinutes(30);

  private FailoverActivityOptions() {}

  /** Fails when the budget is over, however often it was tried. */
  static ActivityOptions within(Duration budget, String summary) {
    return options(summary, budget);
  }

  /** Forward or back only: repeated without end. */
  static ActivityOptions withoutEnd(String summary) {
    return options(summary, null);
  }

  private static ActivityOptions options(String summary, @Nullable Duration budget) {
    var options =
        ActivityOptions.newBuilder()
            .setTaskQueue(FailoverWorkflow.TASK_QUEUE)
            .setStartToCloseTimeout(LONGEST_ATTEMPT)
            .setHeartbeatTimeout(HEARTBEAT)
            // A repeat of a step that is cancelled does nothing, however late it comes.
            .setCancellationType(ActivityCancellationType.TRY_CANCEL)
            .setRetryOptions(
                RetryOptions.newBuilder()
                    .setInitialInterval(Duration.ofMillis(100))
                    .setBackoffCoefficient(1.5)
                    .setMaximumInterval(Duration.ofSeconds(2))
                    .build())
            .setSummary(summary);
    if (budget != null) {
      options.setScheduleToCloseTimeout(budget);
    }
    return options.build();
  }
}
