package dev.bbm.workflows.failover.model;

import dev.bbm.workflows.failover.model.RuleCalls.Answer;

/**
 * What the coordinator does, in the order of FailoverWorkflowImpl and RollbackSteps. After each
 * effect it may die before it knows of it, and calls again; it may give up before each step until
 * the decision, also when it does not know whether it decided.
 */
final class CoordinatorMoves {

  private final Setup setup;
  private final RuleCalls calls;
  private final Effects effects;

  CoordinatorMoves(Setup setup, RuleCalls calls, Effects effects) {
    this.setup = setup;
    this.calls = calls;
    this.effects = effects;
  }

  void moves(State state, Sink sink) {
    Step step = state.step();
    switch (step) {
      case START ->
          sink.accept(state.copy().step(Step.CHECK), "somebody", "starts it", state.leader(), "");
      case PROMOTE -> promote(state, sink);
      case MOVED, ABORTED, ROLLED_BACK -> {}
      default -> {
        for (Server at : Server.values()) {
          if (isAsked(state, step, at)) {
            call(state, step, at, sink);
          }
        }
      }
    }
    turnBack(state, step, sink);
  }

  /**
   * The copy, or the source's primary. A failover starts on the one that the cluster manager names;
   * later calls may still reach the zombie, on an old connection.
   */
  static boolean isAsked(State state, Step step, Server at) {
    if (step.isOnCopy() || at == Server.COPY) {
      return step.isOnCopy() && at == Server.COPY;
    }
    return at == state.leader() || (at == Server.SOURCE && step != Step.CHECK);
  }

  private void call(State state, Step step, Server at, Sink sink) {
    Answer answer = calls.ask(step, state, at);
    switch (answer.kind()) {
      case WRITE -> {
        State effect = effects.write(step, state, at, answer);
        if (effect != null) {
          sink.accept(effect, "coordinator", step, at, "dies before it knows");
          sink.accept(answered(effect.copy(), step, at), "coordinator", step, at, "");
        }
      }
      case DONE ->
          sink.accept(answered(state.copy(), step, at), "coordinator", step, at, "is done already");
      case WAIT -> {
        if (step == Step.ABORT) {
          sink.accept(
              state.copy().step(Step.RETIRE_FIRST), "coordinator", step, at, "copy comes first");
        }
      }
      case REFUSED -> {
        boolean decided = Image.JOURNAL.of(state.image(at)) == Image.COMMIT;
        if ((step == Step.ABORT || step == Step.ABORT_AFTER) && decided) {
          sink.accept(
              state.copy().step(Step.ACTIVATE), "coordinator", step, at, "it is decided: forward");
        }
      }
    }
  }

  private State answered(State next, Step step, Server at) {
    if (step == Step.FENCE) {
      long image = next.image(at);
      next.set(State.TOKEN_TIMELINE, Row.MOVED.timeline(image));
      next.set(State.TOKEN_EPOCH, Row.MOVED.epoch(image));
      next.set(State.FENCE_CURSOR, Image.CURSOR.of(image));
    }
    return next.step(following(step));
  }

  private Step following(Step step) {
    if (setup.has(Flaw.ACTIVATE_BEFORE_DECISION)) {
      switch (step) {
        case ADOPT -> {
          return Step.ACTIVATE;
        }
        case ACTIVATE -> {
          return Step.RETIRE;
        }
        case DECIDE -> {
          return Step.MOVED;
        }
        default -> {}
      }
    }
    if (setup.has(Flaw.NO_CATCH_UP) && step == Step.FENCE) {
      return Step.PROMOTE;
    }
    if (setup.has(Flaw.NO_RETIREMENT) && step == Step.ADOPT) {
      return Step.DECIDE;
    }
    return switch (step) {
      case ABORT -> Step.RETIRE_COPY;
      case ABORT_AFTER -> Step.RESTORE;
      default -> step.next();
    };
  }

  private static void promote(State state, Sink sink) {
    State next = state.copy();
    if (state.timeline(Server.COPY) == 0) {
      ServerMoves.promoted(next);
    }
    sink.accept(next.step(Step.CONFIRM), "coordinator", Step.PROMOTE, Server.COPY, "");
  }

  private void turnBack(State state, Step step, Sink sink) {
    switch (step) {
      case FENCE, SEE, PROMOTE, CONFIRM, ADOPT, RETIRE, DECIDE ->
          sink.accept(state.copy().step(Step.ABORT), "coordinator", "gives up", state.leader(), "");
      case RETIRE_FIRST, ABORT_AFTER, RESTORE ->
          sink.accept(
              state.copy().step(Step.ABORT),
              "coordinator",
              "dies, aborts again",
              state.leader(),
              "");
      case RETIRE_COPY -> {
        sink.accept(
            state.copy().step(Step.ABORT), "coordinator", "dies, aborts again", state.leader(), "");
        sink.accept(
            state.copy().step(Step.RESTORE), "coordinator", step, Server.COPY, "does not answer");
      }
      case ACTIVATE, MOVED -> rollBack(state, step, sink);
      default -> {}
    }
  }

  private void rollBack(State state, Step step, Sink sink) {
    Step first = setup.has(Flaw.ROLLBACK_WITHOUT_FENCE) ? Step.TAKE_BACK : Step.FENCE_COPY;
    sink.accept(state.copy().step(first), "somebody", "rolls back", Server.COPY, "");
    if (setup.has(Flaw.ACTIVATE_BEFORE_DECISION) && step == Step.ACTIVATE) {
      sink.accept(state.copy().step(Step.ABORT), "coordinator", "gives up", state.leader(), "");
    }
  }
}
