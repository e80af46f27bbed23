package dev.bbm.workflows.failover;

import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/** Steps 0 to 12 in their order, which binds. */
final class ForwardSteps {

  private final FailoverRequest request;
  private final Budgets budgets;
  private final StepRunner steps;
  private final FailoverHooks hooks;
  private final FailoverProgress progress;
  private boolean promoted;

  ForwardSteps(
      FailoverRequest request, StepRunner steps, FailoverHooks hooks, FailoverProgress progress) {
    this.request = request;
    this.budgets = request.budgets();
    this.steps = steps;
    this.hooks = hooks;
    this.progress = progress;
  }

  /** A person says so; the step looks for itself. */
  void promotedByHand() {
    promoted = true;
  }

  /** Steps 0 to 9. Anything that fails, and any abort, throws {@link TurnBack}. */
  FenceToken untilDecided() {
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
    hooks.run(Hook.PAUSE_APP);
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
    List<CheckResult> failed = failed(results);
    if (!failed.isEmpty()) {
      throw new TurnBack(
          "%d of %d checks failed: %s"
              .formatted(failed.size(), results.size(), problemsOf(failed)));
    }
    return count(results);
  }

  private static List<CheckResult> failed(List<CheckResult> results) {
    return results.stream().filter(it -> !it.passed()).toList();
  }

  private static String problemsOf(List<CheckResult> failed) {
    return String.join(
        "; ",
        failed.stream().map(it -> it.code() + " " + String.join(", ", it.problems())).toList());
  }

  private static String count(List<CheckResult> results) {
    return "%d/%d".formatted(results.size() - failed(results).size(), results.size());
  }

  private static long highest(FenceToken token) {
    return token.epochs().values().stream().mapToLong(Long::longValue).max().orElse(0);
  }

  private void promote(FenceToken fence) {
    begin(FailoverStep.PROMOTE);
    if (request.promotion() == Promotion.PERSON) {
      steps.await(
          "promote the standby of %s, then send promoted".formatted(request.scope().toDatabase()),
          () -> promoted,
          budgets.approval(),
          "nobody promoted the standby in time");
    } else {
      steps.within(
          budgets.promotion(),
          FailoverStep.PROMOTE.action(),
          it -> {
            it.promote(request, fence);
            return true;
          });
    }
    end(
        FailoverStep.PROMOTE,
        budgets.promotion(),
        it -> it.confirmPromotion(request, fence),
        timeline -> "timeline " + timeline);
  }

  /** Its outcome may be unknown: then the journal says whether there is a way back. */
  private void decide(FenceToken fence) {
    begin(FailoverStep.DECIDE);
    steps.forbidAbort();
    try {
      end(
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

  /** Decided elsewhere, by an earlier run of this failover: only forward is left. */
  void afterAll() {
    progress.enter(FailoverState.MOVED, null);
    afterwards(insist(FailoverStep.FENCE, it -> it.fence(request), _ -> "decided before"));
  }

  /** Steps 10 to 12: forward until it is done; a refusal waits for a person. */
  void afterwards(FenceToken fence) {
    progress.enter(FailoverState.MOVED, null);
    insist(
        FailoverStep.ACTIVATE,
        it -> it.activate(request, fence),
        epoch -> "%s, epoch %d".formatted(request.scope().toDatabase(), epoch));
    insist(
        FailoverStep.REPOINT, it -> it.lockForeign(request), tables -> tables + " tables locked");
    hooks.run(Hook.REPOINT_APP);
    hooks.run(Hook.RESUME_APP);
    List<CheckResult> results =
        insist(FailoverStep.VERIFY, it -> it.verify(request, fence), ForwardSteps::count);
    progress.checked(results);
    List<CheckResult> failed = failed(results);
    if (!failed.isEmpty()) {
      steps.awaitApproval(
          "checks failed (%s): send approve, or rollback".formatted(problemsOf(failed)), null);
    }
  }

  private <T> T step(
      FailoverStep step,
      Duration budget,
      Function<FailoverActivities, T> action,
      Function<T, String> outcome) {
    begin(step);
    return end(step, budget, action, outcome);
  }

  /** Asks first where a person wants to be asked: until then nothing of the step was done. */
  private void begin(FailoverStep step) {
    if (request.approvals().contains(step)) {
      progress.begin(step);
      steps.awaitApproval(
          "approve step %d: %s".formatted(step.number(), step.action()), budgets.approval());
    }
    progress.begin(step);
  }

  private <T> T end(
      FailoverStep step,
      Duration budget,
      Function<FailoverActivities, T> action,
      Function<T, String> outcome) {
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
}
