package dev.bbm.starter.worker;

import dev.bbm.activities.failure.FailureInterceptor;
import dev.bbm.activities.ownership.OwnershipToken;
import dev.bbm.workflows.migration.MigrationControl;
import dev.bbm.workflows.migration.SliceRunner;
import dev.bbm.workflows.ownership.TaskQueues;
import io.temporal.client.WorkflowClient;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.WorkerFactoryOptions;
import io.temporal.worker.WorkerOptions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Polls the activity tasks of one gitlab_schema, for as long as a database of this worker owns it
 * by one token.
 */
final class SchemaActivities {

  /** Shorter than the slice's heartbeat timeout of 3 s: each beat reaches the server. */
  private static final Duration HEARTBEAT_THROTTLE = Duration.ofMillis(500);

  /** Reads and changes of rows, some milliseconds each. */
  private static final int CONTROL_SLOTS = 8;

  private final OwnershipToken token;
  private final WorkerFactory factory;

  /** Begins to poll at once; fails when Temporal does not answer. */
  SchemaActivities(
      WorkflowClient client,
      OwnershipToken token,
      SliceRunner slices,
      MigrationControl control,
      int sliceSlots) {
    this.token = token;
    this.factory =
        WorkerFactory.newInstance(
            client,
            WorkerFactoryOptions.newBuilder()
                .setWorkerInterceptors(new FailureInterceptor())
                .build());
    TaskQueues queues = TaskQueues.of(token.gitlabSchema(), token.database());
    factory
        .newWorker(queues.slices(), options(sliceSlots))
        .registerActivitiesImplementations(slices);
    factory
        .newWorker(queues.control(), options(CONTROL_SLOTS))
        .registerActivitiesImplementations(control);
    factory.start();
  }

  private static WorkerOptions options(int slots) {
    return WorkerOptions.newBuilder()
        .setMaxConcurrentActivityExecutionSize(slots)
        .setMaxConcurrentActivityTaskPollers(2)
        .setMaxHeartbeatThrottleInterval(HEARTBEAT_THROTTLE)
        .setDefaultHeartbeatThrottleInterval(HEARTBEAT_THROTTLE)
        // A slice ends by itself at the border of a sub-batch; until then it must not be taken for
        // dead.
        .setAllowActivityHeartbeatDuringShutdown(true)
        .build();
  }

  OwnershipToken token() {
    return token;
  }

  /** Polls no more; slices under way go on to their border. */
  void stopPolling() {
    factory.shutdown();
  }

  /** Waits for the slices under way. */
  void awaitEnd(Duration longest) {
    factory.awaitTermination(longest.toMillis(), TimeUnit.MILLISECONDS);
    factory.shutdownNow();
  }
}
