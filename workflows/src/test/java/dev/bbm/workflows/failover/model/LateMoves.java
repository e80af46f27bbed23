package dev.bbm.workflows.failover.model;

import dev.bbm.workflows.failover.model.RuleCalls.Answer;
import dev.bbm.workflows.failover.model.RuleCalls.Kind;
import org.jspecify.annotations.Nullable;

/**
 * One call of a step that was made before and comes to the database once more, arbitrarily late: an
 * activity whose worker was stopped, or whose packet was on its way. An abort is one activity of
 * several transactions.
 */
final class LateMoves {

  static final int UNUSED = 0;
  static final int SPENT = 1;

  private final RuleCalls calls;
  private final Effects effects;

  LateMoves(RuleCalls calls, Effects effects) {
    this.calls = calls;
    this.effects = effects;
  }

  void moves(State state, Sink sink) {
    int late = state.get(State.LATE);
    if (late == UNUSED) {
      for (Step step : Step.values()) {
        if (wasCalled(state, step)) {
          call(state, step, sink);
        }
      }
    } else if (late != SPENT) {
      call(state, Step.of(late), sink);
    }
  }

  private static boolean wasCalled(State state, Step step) {
    return switch (step) {
      case CHECK, FENCE, ADOPT, RETIRE, DECIDE, ACTIVATE ->
          step.number() <= state.get(State.REACHED);
      case ABORT -> state.is(State.ABORT_CALLED);
      case FENCE_COPY, TAKE_BACK, RETIRE_BACK -> step.compareTo(state.step()) <= 0;
      default -> false;
    };
  }

  private void call(State state, Step step, Sink sink) {
    for (Server at : Server.values()) {
      if (CoordinatorMoves.isAsked(state, step, at)) {
        call(state, step, at, sink);
      }
    }
    if (step == Step.RETIRE_COPY) {
      sink.accept(
          state.copy().set(State.LATE, Step.RESTORE.number()),
          "late",
          step,
          Server.COPY,
          "does not answer");
    }
  }

  private void call(State state, Step step, Server at, Sink sink) {
    Answer answer = calls.ask(step, state, at);
    Step following = following(step, answer.kind());
    if (answer.kind() == Kind.WRITE) {
      State next = effects.write(step, state, at, answer);
      if (next != null) {
        if (wasAnswered(state, step)) {
          Moves.breach(next, Invariant.I17_IDEMPOTENT_STEPS);
        }
        next.set(State.LATE, following == null ? SPENT : following.number());
        sink.accept(next, "late", step, at, "");
      }
    } else if (following != null) {
      sink.accept(
          state.copy().set(State.LATE, following.number()), "late", step, at, "changes nothing");
    }
  }

  private static @Nullable Step following(Step step, Kind kind) {
    boolean applied = kind == Kind.WRITE || kind == Kind.DONE;
    return switch (step) {
      case ABORT -> kind == Kind.WAIT ? Step.RETIRE_FIRST : applied ? Step.RETIRE_COPY : null;
      case RETIRE_FIRST -> applied ? Step.ABORT_AFTER : null;
      case ABORT_AFTER, RETIRE_COPY -> applied ? Step.RESTORE : null;
      default -> null;
    };
  }

  /** Its effect is known to be there, on a server that lost nothing. */
  private static boolean wasAnswered(State state, Step step) {
    boolean keeps = step.isOnCopy() || !state.is(State.FAILED_OVER);
    return keeps
        && switch (step) {
          case CHECK, FENCE, ADOPT, RETIRE, DECIDE, ACTIVATE ->
              step.number() < state.get(State.REACHED);
          case ABORT, ABORT_AFTER, RESTORE -> state.step() == Step.ABORTED;
          case FENCE_COPY, TAKE_BACK -> step.compareTo(state.step()) < 0;
          default -> false;
        };
  }
}
