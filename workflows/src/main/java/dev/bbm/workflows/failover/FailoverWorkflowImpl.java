package dev.bbm.workflows.failover;

import dev.bbm.workflows.failure.ErrorCode;
import io.temporal.failure.ApplicationFailure;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInit;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The steps of a failover in their binding order. Until step 9 whatever goes wrong leads back; from
 * there on it only goes forward, or back by a rollback.
 */
public final class FailoverWorkflowImpl implements FailoverWorkflow {

  private final FailoverRequest request;
  private final Budgets budgets;
  private final FailoverProgress progress;
  private final StepRunner steps;
  private boolean promoted;

  @WorkflowInit
  public FailoverWorkflowImpl(FailoverRequest request) {
    this.request = request;
    this.budgets = request.budgets();
    this.progress = new FailoverProgress(request.scope());
    this.steps = new StepRunner(progress);
  }

  @Override
  public FailoverReport run(FailoverRequest ignored) {
    try {
      FenceToken fence = untilDecided();
      afterwards(fence);
      progress.enter(FailoverState.MOVED, null);
    } catch (TurnBack back) {
      turnBack(back.reason());
    }
    // A message that is still to be answered waits for the end of the step that it asked for.
    progress.migrations(
        steps.run("list what became of each migration", it -> it.listMigrations(request.scope())));
    progress.finish();
    Workflow.await(Workflow::isEveryHandlerFinished);
    return end();
  }

  /** Steps 0 to 9. Anything that fails, and any abort, throws {@link TurnBack}. */
  private FenceToken untilDecided() {
    step(FailoverStep.CHECK, budgets.lock(), it -> check(it.check(request)), passed -> passed);
    step(
        FailoverStep.LABEL,
        budgets.drain(),
        it -> it.label(request),
        changed -> {
          progress.relabelled(changed);
          return changed.isEmpty() ? "nothing to change" : changed.size() + " relabelled";
        });
    step(
        FailoverStep.DRAIN,
        budgets.drain().plus(budgets.fence()),
        it -> it.drain(request),
        left -> left == 0 ? "" : left + " jobs still claimed: the fence ends them");
    FenceToken fence =
        step(
            FailoverStep.FENCE,
            budgets.fence(),
            it -> it.fence(request),
            token -> "%s, epoch %s".formatted(request.scope().fromDatabase(), highest(token)));
    hook(Hook.PAUSE_APP);
    step(
        FailoverStep.LOCK_APP,
        budgets.lock(),
        it -> it.lockMoved(request),
        tables -> tables + " tables locked");
    step(FailoverStep.CATCH_UP, budgets.catchUp(), it -> it.catchUp(request, fence), lsn -> lsn);
    promote(fence);
    String place = Workflow.randomUUID().toString();
    step(FailoverStep.ADOPT, budgets.record(), it -> it.adopt(request, fence, place), _ -> "");
    step(
        FailoverStep.RETIRE,
        budgets.record(),
        it -> it.retire(request, fence),
        moved -> moved + " migrations transferred");
    decide(fence);
    return fence;
  }

  private String check(List<CheckResult> results) {
    progress.checked(results);
    List<CheckResult> failed = results.stream().filter(it -> !it.passed()).toList();
    if (!failed.isEmpty()) {
      throw new TurnBack(
          "%d of %d checks failed: %s"
              .formatted(failed.size(), results.size(), problemsOf(failed)));
    }
    return "%d/%d".formatted(results.size(), results.size());
  }

  private static String problemsOf(List<CheckResult> failed) {
    return String.join(
        "; ",
        failed.stream().map(it -> it.code() + " " + String.join(", ", it.problems())).toList());
  }

  private void promote(FenceToken fence) {
    if (request.promotion() == Promotion.PERSON && !promoted) {
      progress.begin(FailoverStep.PROMOTE);
      progress.waitFor(
          "promote the standby of %s, then send `promoted`"
              .formatted(request.scope().toDatabase()));
      steps.await(() -> promoted, budgets.approval(), "nobody promoted the standby in time");
      progress.waitFor(null);
    } else if (request.promotion() != Promotion.PERSON) {
      progress.begin(FailoverStep.PROMOTE);
      steps.within(
          budgets.promotion(),
          "promote the standby",
          it -> {
            it.promote(request, fence);
            return true;
          });
    }
    step(
        FailoverStep.PROMOTE,
        budgets.promotion(),
        it -> it.confirmPromotion(request, fence),
        timeline -> "timeline " + timeline);
  }

  /** Its outcome may be unknown: then the journal says whether there is a way back. */
  private void decide(FenceToken fence) {
    steps.forbidAbort();
    try {
      step(
          FailoverStep.DECIDE,
          budgets.record(),
          it -> {
            it.decide(request, fence);
            return true;
          },
          _ -> "no way back without rollback");
    } catch (TurnBack back) {
      Decision found = steps.run("abort", it -> it.abort(request, back.reason()));
      if (found == Decision.ABORT) {
        throw back;
      }
      progress.end(FailoverStep.DECIDE, "the journal says COMMIT");
    }
  }

  /** Steps 10 to 12: forward until it is done; a refusal waits for a person. */
  private void afterwards(FenceToken fence) {
    progress.enter(FailoverState.MOVED, null);
    insist(
        FailoverStep.ACTIVATE,
        it -> it.activate(request, fence),
        epoch -> "%s, epoch %d".formatted(request.scope().toDatabase(), epoch));
    insist(
        FailoverStep.REPOINT, it -> it.lockForeign(request), tables -> tables + " tables locked");
    hook(Hook.REPOINT_APP);
    hook(Hook.RESUME_APP);
    List<CheckResult> results =
        insist(FailoverStep.VERIFY, it -> it.verify(request, fence), FailoverWorkflowImpl::count);
    progress.checked(results);
    List<CheckResult> failed = results.stream().filter(it -> !it.passed()).toList();
    if (!failed.isEmpty()) {
      steps.awaitApproval(
          "checks failed (%s): approve them, or roll back".formatted(problemsOf(failed)), null);
    }
  }

  private static String count(List<CheckResult> results) {
    return "%d/%d".formatted(results.stream().filter(CheckResult::passed).count(), results.size());
  }

  private <T> T step(
      FailoverStep step,
      Duration budget,
      Function<FailoverActivities, T> action,
      Function<T, String> outcome) {
    if (request.approvals().contains(step)) {
      progress.begin(step);
      steps.awaitApproval(
          "approve step %d: %s".formatted(step.number(), step.action()), budgets.approval());
    }
    progress.begin(step);
    T result = steps.within(budget, step.action(), action);
    progress.end(step, outcome.apply(result));
    return result;
  }

  private <T> T insist(
      FailoverStep step, Function<FailoverActivities, T> action, Function<T, String> outcome) {
    progress.begin(step);
    T result = steps.insist(step.action(), action);
    progress.end(step, outcome.apply(result));
    return result;
  }

  private void hook(Hook hook) {
    if (!request.hooks().contains(hook)) {
      return;
    }
    HookResult result =
        progress.state() == FailoverState.RUNNING
            ? steps.within(
                budgets.hook().plusSeconds(5), hook.key(), it -> it.runHook(request, hook, false))
            : steps.insist(hook.key(), it -> it.runHook(request, hook, false));
    progress.add(result);
  }

  private void turnBack(String reason) {
    steps.forbidAbort();
    progress.trouble("going back: " + reason);
    if (progress.state() == FailoverState.RUNNING) {
      steps.run("abort: everything back", it -> it.abort(request, reason));
      resumeApplication();
      progress.enter(FailoverState.ABORTED, reason);
      return;
    }
    var rollback = new RollbackSteps(request, steps, progress);
    rollback.run(steps.copyIsStopped(), reason);
    resumeApplication();
    progress.enter(FailoverState.ROLLED_BACK, reason);
  }

  private void resumeApplication() {
    if (request.hooks().contains(Hook.PAUSE_APP)) {
      progress.add(
          steps.insist(
              "undo " + Hook.PAUSE_APP.key(), it -> it.runHook(request, Hook.PAUSE_APP, true)));
    }
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
    promoted = true;
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
    steps.turnBack(
        "%s (by %s)".formatted(message.reason(), message.byOrUnknown()),
        Boolean.TRUE.equals(message.copyIsStopped()));
    Workflow.await(() -> progress.state() == FailoverState.ROLLED_BACK);
    return progress.report();
  }

  @Override
  public void checkRollback(@Nullable FailoverMessage message) {
    FailoverRefusal.requireReason(message, "rollback");
    if (progress.state() != FailoverState.MOVED || progress.report().endedAt() != null) {
      throw FailoverRefusal.of(
          "it is not decided yet: until step 9 the way back is the update abort");
    }
  }

  private static long highest(FenceToken token) {
    return token.epochs().values().stream().mapToLong(Long::longValue).max().orElse(0);
  }
}
