package dev.bbm.workflows.failover;

import dev.bbm.workflows.migration.Messages;
import io.temporal.api.sdk.v1.WorkflowMetadata;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** One failover with scripted steps and its host on a test server. */
final class FailoverWorld {

  static final FailoverScope SCOPE = ServerNotation.SCOPE;

  static final WorkflowClientOptions CLIENT =
      WorkflowClientOptions.newBuilder()
          .setDataConverter(Messages.CONVERTER)
          .setIdentity("test")
          .setWorkerHeartbeatInterval(Duration.ofSeconds(-1))
          .build();

  // Every task replays the whole history, which also shows that it can be replayed.
  private static final WorkerOptions REPLAYING =
      WorkerOptions.newBuilder().setStickyQueueScheduleToStartTimeout(Duration.ZERO).build();

  final TestWorkflowEnvironment temporal;
  final ScriptedFailover steps = new ScriptedFailover();
  final FailoverWorkflow workflow;
  private Promotion promotion = Promotion.PG_PROMOTE;
  private List<FailoverStep> approvals = List.of();
  private List<Hook> hooks = List.of();

  FailoverWorld(TestWorkflowEnvironment temporal) {
    this.temporal = temporal;
    this.workflow = temporal.getWorkflowClient().newWorkflowStub(FailoverWorkflow.class, options());
    Worker worker = temporal.getWorkerFactory().newWorker(FailoverWorkflow.TASK_QUEUE, REPLAYING);
    worker.registerWorkflowImplementationTypes(
        FailoverWorkflowImpl.class, FailoverRollbackWorkflowImpl.class);
    worker.registerActivitiesImplementations(steps);
    temporal.start();
  }

  private static WorkflowOptions options() {
    return WorkflowOptions.newBuilder()
        .setWorkflowId(SCOPE.workflowId())
        .setTaskQueue(FailoverWorkflow.TASK_QUEUE)
        .build();
  }

  FailoverWorld promotedByAPerson() {
    promotion = Promotion.PERSON;
    return this;
  }

  FailoverWorld askingBefore(FailoverStep... steps) {
    approvals = List.of(steps);
    return this;
  }

  FailoverWorld withHooks(Hook... configured) {
    hooks = List.of(configured);
    return this;
  }

  FailoverRequest request() {
    return new FailoverRequest(SCOPE, promotion, approvals, hooks, Budgets.DEFAULT, "sre");
  }

  WorkflowStub start() {
    WorkflowStub stub = WorkflowStub.fromTyped(workflow);
    stub.start(request());
    return stub;
  }

  /** Returns once it asks a person, or a step was called that fails by the script. */
  WorkflowStub startAndWait() {
    WorkflowStub stub = start();
    pass(Duration.ofSeconds(2));
    long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
    while (workflow.progress().waitingFor() == null && !steps.hasFailed()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("it neither asks nor fails: " + steps.calls());
      }
      LockSupport.parkNanos(20_000_000);
    }
    return stub;
  }

  FailoverReport runToItsEnd() {
    return start().getResult(FailoverReport.class);
  }

  /** The rollback of a failover that has ended. */
  FailoverReport rollBackLater(boolean copyIsStopped) {
    return temporal
        .getWorkflowClient()
        .newWorkflowStub(FailoverRollbackWorkflow.class, options())
        .run(new RollbackRequest(request(), copyIsStopped, "ci is slow", "sre"));
  }

  void pass(Duration time) {
    temporal.sleep(time);
  }

  /** The page in the Web UI. */
  String page() {
    return WorkflowStub.fromTyped(workflow)
        .query("__temporal_workflow_metadata", WorkflowMetadata.class)
        .getCurrentDetails();
  }

  static FailoverMessage because(String reason) {
    return FailoverMessage.of(reason, "sre");
  }
}
