package dev.bbm.workflows.failover;

import dev.bbm.workflows.failure.ErrorCode;
import io.temporal.activity.ActivityOptions;
import io.temporal.api.enums.v1.RetryState;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.TimeoutFailure;
import io.temporal.workflow.Async;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs a step's activity while messages may turn the failover back. A step that is left alone may
 * still take effect: later ones compare, so a late effect does nothing.
 */
final class StepRunner {

  private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(5);

  /** Each failure is events in the history, which has an end. */
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

  /** A person waits for the answer. */
  private static final Duration LONGEST_ASK = Duration.ofSeconds(20);

  private final FailoverProgress progress;
  private @Nullable String turnBack;
  private boolean copyIsStopped;
  private boolean mayAbort = true;
  private boolean goingBack;
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
            "%s failed (%s): send approve to try again"
                .formatted(summary, sentenceOf(failure, Duration.ZERO)),
            null);
      }
    }
  }

  /** Beside the steps, for a message: fails the message, and nothing else. */
  <T> T ask(String summary, Function<FailoverActivities, T> action) {
    try {
      return action.apply(activities(FailoverActivityOptions.within(LONGEST_ASK, summary)));
    } catch (ActivityFailure failure) {
      throw ApplicationFailure.newNonRetryableFailure(
          sentenceOf(failure, LONGEST_ASK), ErrorCode.FAILOVER_REFUSED.name());
    }
  }

  /** On the way back or at the end: nothing interrupts it, and it is repeated without end. */
  <T> T run(String summary, Function<FailoverActivities, T> action) {
    Duration pause = SHORTEST_PAUSE;
    while (true) {
      try {
        return action.apply(activities(FailoverActivityOptions.withoutEnd(summary)));
      } catch (ActivityFailure failure) {
        pause = rest(pause, summary, failure);
      }
    }
  }

  /** As run, but begun anew when a person says meanwhile that the copy is stopped. */
  <T> T runToldOfCopy(String summary, BiFunction<FailoverActivities, Boolean, T> action) {
    Duration pause = SHORTEST_PAUSE;
    while (true) {
      boolean told = copyIsStopped;
      var running =
          new Running<>(FailoverActivityOptions.withoutEnd(summary), it -> action.apply(it, told));
      Workflow.await(() -> running.isCompleted() || copyIsStopped != told);
      if (!running.isCompleted()) {
        running.cancel();
        continue;
      }
      try {
        return running.result();
      } catch (ActivityFailure failure) {
        pause = rest(pause, summary, failure);
      }
    }
  }

  /** Returns how long to rest the next time. */
  private Duration rest(Duration pause, String summary, ActivityFailure failure) {
    progress.trouble("%s: %s".formatted(summary, sentenceOf(failure, Duration.ZERO)));
    boolean told = copyIsStopped;
    Workflow.await(pause, () -> copyIsStopped != told);
    Duration next = pause.multipliedBy(2);
    return next.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : next;
  }

  private <T> T interruptibly(ActivityOptions options, Function<FailoverActivities, T> action) {
    throwIfTurnedBack();
    var running = new Running<>(options, action);
    Workflow.await(() -> running.isCompleted() || isTurnedBack());
    if (!running.isCompleted()) {
      running.cancel();
      throwIfTurnedBack();
    }
    return running.result();
  }

  /** An activity under way, in a scope of its own, so that it alone can be left. */
  private static final class Running<T> {
    private final CancellationScope scope;
    private @Nullable Promise<T> promise;

    Running(ActivityOptions options, Function<FailoverActivities, T> action) {
      FailoverActivities activities = activities(options);
      scope =
          Workflow.newCancellationScope(
              () -> promise = Async.function(() -> action.apply(activities)));
      scope.run();
    }

    boolean isCompleted() {
      return Objects.requireNonNull(promise).isCompleted();
    }

    T result() {
      return Objects.requireNonNull(promise).get();
    }

    void cancel() {
      scope.cancel("turned back");
    }
  }

  /** Waits for a person, who may also turn it back; a null patience has no end. */
  void awaitApproval(String question, @Nullable Duration patience) {
    approved = false;
    awaitsApproval = true;
    try {
      await(question, () -> approved, patience, "nobody approved in time");
    } finally {
      awaitsApproval = false;
    }
  }

  /** Waits for what a person is asked for; over the patience throws {@link TurnBack}. */
  void await(
      String question, Supplier<Boolean> answer, @Nullable Duration patience, String tooLate) {
    throwIfTurnedBack();
    progress.waitFor(question, patience);
    try {
      if (patience == null) {
        Workflow.await(() -> answer.get() || isTurnedBack());
      } else if (!Workflow.await(patience, () -> answer.get() || isTurnedBack())) {
        throw new TurnBack(tooLate);
      }
    } finally {
      progress.waitForNobody();
    }
    throwIfTurnedBack();
  }

  private boolean isTurnedBack() {
    return turnBack != null && !goingBack;
  }

  private void throwIfTurnedBack() {
    String reason = turnBack;
    if (reason != null && !goingBack) {
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
    tellCopyIsStopped(stopped);
    turnBack(reason);
  }

  /** Said once, it stays so. */
  void tellCopyIsStopped(boolean stopped) {
    copyIsStopped |= stopped;
  }

  boolean copyIsStopped() {
    return copyIsStopped;
  }

  /** From here on only a rollback leads back. */
  void forbidAbort() {
    mayAbort = false;
  }

  /** From here on nothing turns it round any more. */
  void goBack() {
    goingBack = true;
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
      // The server does not wait for a deadline that the next attempt would miss.
      case ApplicationFailure last when failure.getRetryState() == RetryState.RETRY_STATE_TIMEOUT ->
          late(budget, last);
      case ApplicationFailure refused -> refused.getOriginalMessage();
      case TimeoutFailure late ->
          late.getCause() instanceof ApplicationFailure last
              ? late(budget, last)
              : "not within " + FailoverDetails.seconds(budget);
      case null, default -> String.valueOf(failure.getMessage());
    };
  }

  private static String late(Duration budget, ApplicationFailure last) {
    return "not within %s; last: %s"
        .formatted(FailoverDetails.seconds(budget), last.getOriginalMessage());
  }
}
