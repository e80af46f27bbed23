package dev.bbm.workflows.failover;

import io.temporal.activity.ActivityOptions;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.TimeoutFailure;
import io.temporal.workflow.Async;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs a step's activity while messages may turn the failover back. A step that is left alone may
 * still take effect: later ones compare, so a late effect does nothing.
 */
final class StepRunner {

  private final FailoverProgress progress;
  private @Nullable String turnBack;
  private boolean copyIsStopped;
  private boolean mayAbort = true;
  private boolean awaitsApproval;
  private boolean approved;

  StepRunner(FailoverProgress progress) {
    this.progress = progress;
  }

  /** Until the budget is over; then, and when it is refused, throws {@link TurnBack}. */
  <T> T within(Duration budget, String summary, Function<FailoverActivities, T> action) {
    try {
      return interruptibly(FailoverActivityOptions.within(budget, summary), action);
    } catch (ActivityFailure failure) {
      throw new TurnBack("%s: %s".formatted(summary, sentenceOf(failure, budget)));
    }
  }

  /** Until it is done: a refusal is shown, and tried again when a person approves. */
  <T> T insist(String summary, Function<FailoverActivities, T> action) {
    while (true) {
      try {
        return interruptibly(FailoverActivityOptions.withoutEnd(summary), action);
      } catch (ActivityFailure failure) {
        awaitApproval(
            "%s failed (%s): approve to try again"
                .formatted(summary, sentenceOf(failure, Duration.ZERO)),
            null);
      }
    }
  }

  /** On the way back or at the end: nothing interrupts it, and it is repeated without end. */
  <T> T run(String summary, Function<FailoverActivities, T> action) {
    while (true) {
      try {
        return action.apply(activities(FailoverActivityOptions.withoutEnd(summary)));
      } catch (ActivityFailure failure) {
        progress.trouble("%s: %s".formatted(summary, sentenceOf(failure, Duration.ZERO)));
        Workflow.sleep(Duration.ofSeconds(5));
      }
    }
  }

  private <T> T interruptibly(ActivityOptions options, Function<FailoverActivities, T> action) {
    throwIfTurnedBack();
    FailoverActivities activities = activities(options);
    Pending<T> pending = new Pending<>();
    CancellationScope scope =
        Workflow.newCancellationScope(
            () -> pending.promise = Async.function(() -> action.apply(activities)));
    scope.run();
    Promise<T> promise = Objects.requireNonNull(pending.promise);
    Workflow.await(() -> promise.isCompleted() || turnBack != null);
    if (!promise.isCompleted()) {
      scope.cancel("turned back");
      throwIfTurnedBack();
    }
    return promise.get();
  }

  /** Set within a scope, read after it. */
  private static final class Pending<T> {
    private @Nullable Promise<T> promise;
  }

  /** Waits for a person, who may also turn it back; a null patience has no end. */
  void awaitApproval(String question, @Nullable Duration patience) {
    approved = false;
    awaitsApproval = true;
    progress.waitFor(question);
    try {
      await(() -> approved, patience, "nobody approved in time");
    } finally {
      awaitsApproval = false;
      progress.waitFor(null);
    }
  }

  void await(Supplier<Boolean> condition, @Nullable Duration patience, String tooLate) {
    if (patience == null) {
      Workflow.await(() -> condition.get() || turnBack != null);
    } else if (!Workflow.await(patience, () -> condition.get() || turnBack != null)) {
      throw new TurnBack(tooLate);
    }
    throwIfTurnedBack();
  }

  private void throwIfTurnedBack() {
    String reason = turnBack;
    if (reason != null) {
      turnBack = null;
      throw new TurnBack(reason);
    }
  }

  void approve() {
    approved = true;
  }

  boolean waitsForApproval() {
    return awaitsApproval && !approved;
  }

  void turnBack(String reason) {
    turnBack = reason;
    mayAbort = false;
  }

  void turnBack(String reason, boolean stopped) {
    copyIsStopped = stopped;
    turnBack(reason);
  }

  boolean copyIsStopped() {
    return copyIsStopped;
  }

  /** From here on only a rollback leads back. */
  void forbidAbort() {
    mayAbort = false;
  }

  boolean mayAbort() {
    return mayAbort;
  }

  private static FailoverActivities activities(ActivityOptions options) {
    return Workflow.newActivityStub(FailoverActivities.class, options);
  }

  private static String sentenceOf(ActivityFailure failure, Duration budget) {
    return switch (failure.getCause()) {
      case ApplicationFailure refused -> refused.getOriginalMessage();
      case TimeoutFailure late ->
          late.getCause() instanceof ApplicationFailure last
              ? "not within %s; last: %s"
                  .formatted(FailoverDetails.seconds(budget), last.getOriginalMessage())
              : "not within " + FailoverDetails.seconds(budget);
      case null, default -> String.valueOf(failure.getMessage());
    };
  }
}
