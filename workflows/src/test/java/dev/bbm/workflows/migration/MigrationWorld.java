package dev.bbm.workflows.migration;

import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.api.sdk.v1.WorkflowMetadata;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.WorkerOptions;
import java.time.Duration;
import java.util.List;

/**
 * One migration, its fakes and its workers on a test server: workflow tasks and slices on {@code
 * gitlab_main}, control activities on {@code gitlab_main/control}, as worker processes have it.
 */
final class MigrationWorld {

  static final MigrationRun RUN =
      new MigrationRun(
          ViewBuilder.UID, "gitlab_main", "main", "BackfillOrdersCurrency", "orders", "id");

  // The in-JVM server has none, and says so at each start.
  private static final Duration WITHOUT_HEARTBEATS = Duration.ofSeconds(-1);

  static final WorkflowClientOptions CLIENT =
      WorkflowClientOptions.newBuilder()
          .setDataConverter(Messages.CONVERTER)
          .setIdentity("test")
          .setWorkerHeartbeatInterval(WITHOUT_HEARTBEATS)
          .build();

  // As on this server in earnest: it never gives up on a sticky queue whose worker is gone. So
  // every
  // task replays the whole history, which also shows that it can be replayed.
  private static final WorkerOptions REPLAYING =
      WorkerOptions.newBuilder().setStickyQueueScheduleToStartTimeout(Duration.ZERO).build();

  private static final WorkerOptions STICKY = WorkerOptions.getDefaultInstance();

  final TestWorkflowEnvironment temporal;
  final FakeRow row = new FakeRow();
  final FakeControl control = new FakeControl(row);
  final ScriptedSlices slices = new ScriptedSlices(row);
  final BatchedMigrationWorkflow workflow;
  private String firstRunId = "";

  MigrationWorld(TestWorkflowEnvironment temporal) {
    this.temporal = temporal;
    this.workflow =
        temporal
            .getWorkflowClient()
            .newWorkflowStub(
                BatchedMigrationWorkflow.class,
                WorkflowOptions.newBuilder()
                    .setWorkflowId(RUN.workflowId())
                    .setTaskQueue(RUN.taskQueues().slices())
                    .build());
  }

  /** Starts workers for workflow tasks, slices and control. */
  MigrationWorld withAllWorkers() {
    return start(REPLAYING);
  }

  /** The same for long histories, which are kept in memory. */
  MigrationWorld withStickyWorkers() {
    return start(STICKY);
  }

  /** Starts workers for workflow tasks and slices, as if no database were owned here. */
  MigrationWorld withoutControl() {
    workflowsAndSlices(REPLAYING);
    temporal.start();
    return this;
  }

  /** Starts a worker for control activities beside those that run; the caller closes it. */
  WorkerFactory startControl() {
    WorkerFactory factory = WorkerFactory.newInstance(temporal.getWorkflowClient());
    controls(factory);
    factory.start();
    return factory;
  }

  /** Starts the migration's workflow. */
  WorkflowStub start() {
    return start(RUN);
  }

  /** Starts it as the run before it, if any, left it. */
  WorkflowStub start(MigrationRun run) {
    WorkflowStub stub = WorkflowStub.fromTyped(workflow);
    firstRunId = stub.start(run).getRunId();
    return stub;
  }

  /** Starts the workflow and waits for its end, skipping time. */
  MigrationView runToItsEnd() {
    return start().getResult(MigrationView.class);
  }

  /** Lets this much time pass; what is due meanwhile happens. */
  void pass(Duration time) {
    temporal.sleep(time);
  }

  /** What the Web UI asks for. */
  WorkflowMetadata metadata() {
    return WorkflowStub.fromTyped(workflow)
        .query("__temporal_workflow_metadata", WorkflowMetadata.class);
  }

  /** The run that {@link #start()} began; others follow it when it continues as new. */
  String firstRunId() {
    return firstRunId;
  }

  /** The events of the latest run. */
  List<HistoryEvent> history() {
    return temporal.getWorkflowClient().fetchHistory(RUN.workflowId()).getEvents();
  }

  /** The events of one run. */
  List<HistoryEvent> history(String runId) {
    return temporal.getWorkflowClient().fetchHistory(RUN.workflowId(), runId).getEvents();
  }

  private MigrationWorld start(WorkerOptions options) {
    workflowsAndSlices(options);
    controls(temporal.getWorkerFactory());
    temporal.start();
    return this;
  }

  private void workflowsAndSlices(WorkerOptions options) {
    Worker worker = temporal.getWorkerFactory().newWorker(RUN.taskQueues().slices(), options);
    worker.registerWorkflowImplementationTypes(BatchedMigrationWorkflowImpl.class);
    worker.registerActivitiesImplementations(slices);
  }

  private void controls(WorkerFactory factory) {
    factory.newWorker(RUN.taskQueues().control()).registerActivitiesImplementations(control);
  }
}
