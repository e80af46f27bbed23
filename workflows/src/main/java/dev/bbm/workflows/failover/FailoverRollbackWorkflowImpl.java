package dev.bbm.workflows.failover;

import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInit;

/** Fences the copy, then lets the source go on. */
public final class FailoverRollbackWorkflowImpl implements FailoverRollbackWorkflow {

  private final RollbackRequest request;
  private final FailoverProgress progress;
  private final StepRunner steps;
  private final FailoverHooks hooks;

  @WorkflowInit
  public FailoverRollbackWorkflowImpl(RollbackRequest request) {
    this.request = request;
    this.progress = new FailoverProgress(request.failover().scope());
    this.steps = new StepRunner(progress);
    this.hooks = new FailoverHooks(request.failover(), steps, progress);
    hooks.assumeAllRan();
  }

  @Override
  public FailoverReport run(RollbackRequest ignored) {
    // Halfway back nothing owns the schemas: a cancellation is not heard.
    Workflow.newDetachedCancellationScope(this::rollBack).run();
    return progress.report();
  }

  private void rollBack() {
    FailoverRequest failover = request.failover();
    String reason = "%s (by %s)".formatted(request.reason(), request.by());
    steps.goBack();
    steps.tellCopyIsStopped(request.copyIsStopped());
    new RollbackSteps(failover, steps, progress).run(reason);
    hooks.undoAll();
    progress.enter(FailoverState.ROLLED_BACK, reason);
    progress.finish();
    progress.migrations(
        steps.run("list what became of each migration", it -> it.listMigrations(failover.scope())));
  }

  @Override
  public FailoverReport progress() {
    return progress.report();
  }
}
