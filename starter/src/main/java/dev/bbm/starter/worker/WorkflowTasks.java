package dev.bbm.starter.worker;

import dev.bbm.workflows.migration.BatchedMigrationWorkflowImpl;
import io.temporal.client.WorkflowClient;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.WorkerOptions;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.TimeUnit;

/**
 * Polls the workflow tasks of all schemas in one factory, so that a migration answers while its
 * database is down.
 */
final class WorkflowTasks implements AutoCloseable {

  private static final int POLLERS_PER_QUEUE = 2;

  /**
   * How long a workflow waits for a worker that was killed; another one then replays its history.
   */
  private static final Duration STICKY_PATIENCE = Duration.ofSeconds(2);

  private final WorkerFactory factory;

  WorkflowTasks(WorkflowClient client, Collection<String> queues, boolean sticky) {
    this.factory = WorkerFactory.newInstance(client);
    queues.forEach(queue -> register(queue, sticky));
  }

  private void register(String queue, boolean sticky) {
    // The in-JVM server never gives up on a sticky queue whose worker is gone.
    var options =
        WorkerOptions.newBuilder()
            .setMaxConcurrentWorkflowTaskPollers(POLLERS_PER_QUEUE)
            .setLocalActivityWorkerOnly(true)
            .setStickyQueueScheduleToStartTimeout(sticky ? STICKY_PATIENCE : Duration.ZERO)
            .build();
    factory
        .newWorker(queue, options)
        .registerWorkflowImplementationTypes(BatchedMigrationWorkflowImpl.class);
  }

  /** Fails when Temporal does not answer. */
  void start() {
    factory.start();
  }

  @Override
  public void close() {
    factory.shutdown();
    factory.awaitTermination(5, TimeUnit.SECONDS);
  }
}
