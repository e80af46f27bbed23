package dev.bbm.workflows.failover;

import dev.bbm.workflows.failure.ErrorCode;
import io.temporal.failure.ApplicationFailure;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInit;
import org.jspecify.annotations.Nullable;

/**
 * A failover with its messages. Until step 9 whatever goes wrong leads back; from there on it only
 * goes forward, or back by a rollback.
 */
public final class FailoverWorkflowImpl implements FailoverWorkflow {

  private final FailoverRequest request;
  private final FailoverProgress progress;
  private final StepRunner steps;
  private final FailoverHooks hooks;
  private final ForwardSteps forward;

  @WorkflowInit
  public FailoverWorkflowImpl(FailoverRequest request) {
    this.request = request;
    this.progress = new FailoverProgress(request.scope());
    this.steps = new StepRunner(progress);
    this.hooks = new FailoverHooks(request, steps, progress);
    this.forward = new ForwardSteps(request, steps, hooks, progress);
  }

  @Override
  public FailoverReport run(FailoverRequest ignored) {
    CancellationScope.current()
        .getCancellationRequest()
        .thenApply(reason -> {
          if (steps.mayAbort()) {
            steps.turnBack("cancelled in Temporal");
          }
          return reason;
        });
    // A cancellation leads back as an abort does, and never leaves schemas fenced.
    Workflow.newDetachedCancellationScope(this::moveAndReport).run();
    return end();
  }

  private void moveAndReport() {
    try {
      forward.afterwards(forward.untilDecided());
      progress.enter(FailoverState.MOVED, null);
    } catch (TurnBack back) {
      turnBack(back.reason());
    }
    progress.finish();
    progress.migrations(
        steps.run("list what became of each migration", it -> it.listMigrations(request.scope())));
    Workflow.await(Workflow::isEveryHandlerFinished);
  }

  private void turnBack(String reason) {
    steps.forbidAbort();
    progress.trouble("going back: " + reason);
    if (progress.state() == FailoverState.RUNNING) {
      abort(reason);
    } else {
      rollBack(reason);
    }
  }

  private void abort(String reason) {
    Decision found = steps.run("abort: everything back", it -> it.abort(request, reason));
    if (found == Decision.ABORT) {
      steps.goBack();
      hooks.undoAll();
      progress.enter(FailoverState.ABORTED, reason);
      return;
    }
    try {
      forward.afterAll();
      progress.enter(FailoverState.MOVED, null);
    } catch (TurnBack back) {
      rollBack(back.reason());
    }
  }

  private void rollBack(String reason) {
    steps.goBack();
    new RollbackSteps(request, steps, progress).run(reason);
    hooks.undoAll();
    progress.enter(FailoverState.ROLLED_BACK, reason);
  }

  private FailoverReport end() {
    FailoverReport report = progress.report();
    if (report.state() == FailoverState.MOVED) {
      return report;
    }
    throw ApplicationFailure.newNonRetryableFailure(
        "failover of %s was %s: %s"
            .formatted(request.scope().toDatabase(), report.state().word(), report.reason()),
        ErrorCode.FAILOVER_ABORTED.name(),
        report);
  }

  @Override
  public FailoverReport progress() {
    return progress.report();
  }

  @Override
  public FailoverReport approve(FailoverMessage message) {
    steps.approve();
    return progress.report();
  }

  @Override
  public void checkApprove(@Nullable FailoverMessage message) {
    if (!steps.waitsForApproval()) {
      throw FailoverRefusal.of("nothing waits for an approval now");
    }
  }

  @Override
  public FailoverReport promoted(FailoverMessage message) {
    forward.promotedByHand();
    return progress.report();
  }

  @Override
  public void checkPromoted(@Nullable FailoverMessage message) {
    if (request.promotion() != Promotion.PERSON || progress.step() != FailoverStep.PROMOTE) {
      throw FailoverRefusal.of("nobody waits for a promotion by hand now");
    }
  }

  @Override
  public FailoverReport abort(FailoverMessage message) {
    steps.turnBack("%s (by %s)".formatted(message.reason(), message.byOrUnknown()));
    Workflow.await(() -> progress.state() != FailoverState.RUNNING);
    return progress.report();
  }

  @Override
  public void checkAbort(@Nullable FailoverMessage message) {
    FailoverRefusal.requireReason(message, "abort");
    if (!steps.mayAbort()) {
      throw FailoverRefusal.of(
          "it is decided, or going back already: after step 9 the way back is the update rollback");
    }
  }

  @Override
  public FailoverReport rollback(FailoverMessage message) {
    boolean stopped = Boolean.TRUE.equals(message.copyIsStopped());
    steps.ask("look whether changes come back", it -> it.checkRollback(request.scope(), stopped));
    if (progress.state() != FailoverState.MOVED || progress.hasEnded()) {
      throw ApplicationFailure.newNonRetryableFailure(
          hasEnded(), ErrorCode.FAILOVER_REFUSED.name());
    }
    steps.turnBack("%s (by %s)".formatted(message.reason(), message.byOrUnknown()), stopped);
    Workflow.await(() -> progress.state() == FailoverState.ROLLED_BACK);
    return progress.report();
  }

  @Override
  public void checkRollback(@Nullable FailoverMessage message) {
    FailoverRefusal.requireReason(message, "rollback");
    if (progress.state() == FailoverState.RUNNING) {
      throw FailoverRefusal.of(
          "it is not decided yet: until step 9 the way back is the update abort");
    }
    if (progress.state() != FailoverState.MOVED || progress.hasEnded()) {
      throw FailoverRefusal.of(hasEnded());
    }
  }

  private String hasEnded() {
    return "it has ended: ./bbm failover rollback %s".formatted(request.scope().toDatabase());
  }
}
