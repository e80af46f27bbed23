package dev.bbm.workflows.failover;

import dev.bbm.workflows.migration.MigrationRun;
import dev.bbm.workflows.ownership.TaskQueues;
import io.temporal.workflow.Async;
import io.temporal.workflow.ExternalWorkflowStub;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * The way back after the decision: the copy is fenced first, then the source goes on above its
 * epoch. What the copy changed since the fence is dropped, and done again on the source.
 */
final class RollbackSteps {

  /** The server answers at once, that it is done or that there is no such workflow. */
  private static final Duration LONGEST_CANCEL = Duration.ofSeconds(3);

  private final FailoverRequest request;
  private final StepRunner steps;
  private final FailoverProgress progress;

  RollbackSteps(FailoverRequest request, StepRunner steps, FailoverProgress progress) {
    this.request = request;
    this.steps = steps;
    this.progress = progress;
  }

  void run(String reason) {
    progress.trouble("rolling back: " + reason);
    long copyEpoch =
        steps.runToldOfCopy("fence the copy", (it, stopped) -> it.fenceCopy(request, stopped));
    steps.run(
        "the source goes on",
        it -> {
          it.takeBack(request, copyEpoch, steps.copyIsStopped(), reason);
          return true;
        });
    endSharedWorkflows();
  }

  /** The copy's own workflows of shared schemas: nobody will serve their queue again. */
  private void endSharedWorkflows() {
    List<MigrationVerdict> all =
        steps.run("list the shared migrations", it -> it.listMigrations(request.scope()));
    all.stream()
        .map(MigrationVerdict::atStart)
        .filter(Objects::nonNull)
        .filter(it -> TaskQueues.isShared(it.gitlabSchema()))
        .map(it ->
            new MigrationRun(
                    it.uid(),
                    it.gitlabSchema(),
                    request.scope().toDatabase(),
                    it.jobClassName(),
                    it.tableName(),
                    it.columnName())
                .workflowId())
        .forEach(RollbackSteps::cancel);
  }

  /** One that has ended, or was never started, needs no end. */
  private static void cancel(String workflowId) {
    ExternalWorkflowStub workflow = Workflow.newUntypedExternalWorkflowStub(workflowId);
    Promise<Void> cancelled = Async.procedure(workflow::cancel);
    Workflow.await(LONGEST_CANCEL, cancelled::isCompleted);
    if (!cancelled.isCompleted() || cancelled.getFailure() != null) {
      Workflow.getLogger(RollbackSteps.class)
          .info("Workflow {} was not there to be ended", workflowId);
    }
  }
}
