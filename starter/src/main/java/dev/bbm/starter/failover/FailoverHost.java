package dev.bbm.starter.failover;

import dev.bbm.activities.failure.FailureInterceptor;
import dev.bbm.workflows.failover.FailoverActivities;
import dev.bbm.workflows.failover.FailoverRollbackWorkflowImpl;
import dev.bbm.workflows.failover.FailoverWorkflow;
import dev.bbm.workflows.failover.FailoverWorkflowImpl;
import io.temporal.client.WorkflowClient;
import io.temporal.common.interceptors.WorkerInterceptor;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.WorkerFactoryOptions;
import io.temporal.worker.WorkerOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Polls the failover's queue, workflow and activities, which ordinary workers never do. */
final class FailoverHost implements AutoCloseable {

  /** Shorter than the steps' heartbeat timeout of 3 s: each beat reaches the server. */
  private static final Duration HEARTBEAT_THROTTLE = Duration.ofMillis(500);

  /** How long a workflow waits for a host that was killed; another one replays its history. */
  private static final Duration STICKY_PATIENCE = Duration.ofSeconds(2);

  private static final Duration LAST_WORK = Duration.ofSeconds(2);

  private final WorkerFactory factory;

  /**
   * Begins to poll at once; fails when Temporal does not answer.
   *
   * @param sticky false on the in-JVM server, which never gives up on a host that is gone
   * @param more outermost last, beside the one that translates failures
   */
  FailoverHost(
      WorkflowClient client,
      FailoverActivities activities,
      boolean sticky,
      List<WorkerInterceptor> more) {
    this.factory =
        WorkerFactory.newInstance(
            client,
            WorkerFactoryOptions.newBuilder()
                .setWorkerInterceptors(
                    Stream.concat(Stream.of(new FailureInterceptor()), more.stream())
                        .toArray(WorkerInterceptor[]::new))
                .build());
    var worker =
        factory.newWorker(
            FailoverWorkflow.TASK_QUEUE,
            WorkerOptions.newBuilder()
                .setMaxHeartbeatThrottleInterval(HEARTBEAT_THROTTLE)
                .setDefaultHeartbeatThrottleInterval(HEARTBEAT_THROTTLE)
                .setStickyQueueScheduleToStartTimeout(sticky ? STICKY_PATIENCE : Duration.ZERO)
                .build());
    worker.registerWorkflowImplementationTypes(
        FailoverWorkflowImpl.class, FailoverRollbackWorkflowImpl.class);
    worker.registerActivitiesImplementations(activities);
    factory.start();
  }

  /** Steps under way end as if the host were killed: each may be repeated at any time. */
  @Override
  public void close() {
    factory.shutdownNow();
    factory.awaitTermination(LAST_WORK.toMillis(), TimeUnit.MILLISECONDS);
  }
}
