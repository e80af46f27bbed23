package dev.bbm.workflows.migration;

import dev.bbm.workflows.ownership.TaskQueues;
import io.temporal.activity.ActivityCancellationType;
import io.temporal.activity.ActivityOptions;
import io.temporal.common.RetryOptions;
import java.time.Duration;

/** Timeouts and retries of a migration's activities, each with its reason. */
final class MigrationActivityOptions {

  /**
   * A slice is 30 s; its last sub-batch may take its full statement timeout of 30 s, twice when it
   * is retried.
   */
  private static final Duration SLICE_START_TO_CLOSE = Duration.ofMinutes(2);

  /** Six beats of 500 ms: a killed worker is noticed within this time. */
  private static final Duration SLICE_HEARTBEAT = Duration.ofSeconds(3);

  /**
   * A person waits for an update's answer; no worker within this time becomes a sentence that says
   * so.
   */
  private static final Duration CONTROL_ANSWER = Duration.ofSeconds(10);

  /** One short transaction: lock timeout 5 s and a round trip. */
  private static final Duration CONTROL_START_TO_CLOSE = Duration.ofSeconds(8);

  /** After an outage work goes on within this time, however long the outage was. */
  private static final Duration LONGEST_RETRY_INTERVAL = Duration.ofSeconds(5);

  private MigrationActivityOptions() {}

  /** For slices: retried without end; the database refuses a stale attempt. */
  static ActivityOptions slice(TaskQueues queues, int lane) {
    return ActivityOptions.newBuilder()
        .setTaskQueue(queues.slices())
        .setStartToCloseTimeout(SLICE_START_TO_CLOSE)
        .setHeartbeatTimeout(SLICE_HEARTBEAT)
        .setCancellationType(ActivityCancellationType.WAIT_CANCELLATION_COMPLETED)
        .setRetryOptions(retryWithoutEnd())
        .setSummary("slice of lane " + lane)
        .build();
  }

  /** For reading the row and for signals: waits as long as no worker serves the schema. */
  static ActivityOptions patientControl(TaskQueues queues) {
    return ActivityOptions.newBuilder()
        .setTaskQueue(queues.control())
        .setStartToCloseTimeout(CONTROL_START_TO_CLOSE)
        .setRetryOptions(retryWithoutEnd())
        .build();
  }

  /** For updates: fails when nobody answers in time. */
  static ActivityOptions promptControl(TaskQueues queues) {
    return ActivityOptions.newBuilder()
        .setTaskQueue(queues.control())
        .setScheduleToCloseTimeout(CONTROL_ANSWER)
        .setStartToCloseTimeout(CONTROL_START_TO_CLOSE)
        .setRetryOptions(retryWithoutEnd())
        .build();
  }

  private static RetryOptions retryWithoutEnd() {
    return RetryOptions.newBuilder()
        .setInitialInterval(Duration.ofSeconds(1))
        .setBackoffCoefficient(1.5)
        .setMaximumInterval(LONGEST_RETRY_INTERVAL)
        .build();
  }
}
