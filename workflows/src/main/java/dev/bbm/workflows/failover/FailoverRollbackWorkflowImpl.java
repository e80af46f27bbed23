package dev.bbm.workflows.failover;

import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInit;

/** Fences the copy, then lets the source go on. */
public final class FailoverRollbackWorkflowImpl implements FailoverRollbackWorkflow {

  private final RollbackRequest request;
  private final FailoverProgress progress;
  private final StepRunner steps;

  @WorkflowInit
  public FailoverRollbackWorkflowImpl(RollbackRequest request) {
    this.request = request;
    this.progress = new FailoverProgress(request.failover().scope());
    this.steps = new StepRunner(progress);
  }

  @Override
  public FailoverReport run(RollbackRequest ignored) {
    String reason = "%s (by %s)".formatted(request.reason(), request.by());
    new RollbackSteps(request.failover(), steps, progress).run(request.copyIsStopped(), reason);
    progress.enter(FailoverState.ROLLED_BACK, reason);
    progress.migrations(
        steps.run(
            "list what became of each migration",
            it -> it.listMigrations(request.failover().scope())));
    progress.finish();
    Workflow.await(Workflow::isEveryHandlerFinished);
    return progress.report();
  }
}
