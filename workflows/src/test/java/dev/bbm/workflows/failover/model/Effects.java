package dev.bbm.workflows.failover.model;

import dev.bbm.workflows.failover.model.RuleCalls.Answer;
import dev.bbm.workflows.failover.model.RuleCalls.Kind;
import dev.bbm.workflows.ownership.OwnershipState;
import org.jspecify.annotations.Nullable;

/** The effect of a call on one server, with what must hold at it. */
final class Effects {

  private static final Row[] ROWS = Row.values();

  private final Setup setup;
  private final RuleCalls calls;
  private final WorkerMoves workers;

  Effects(Setup setup, RuleCalls calls, WorkerMoves workers) {
    this.setup = setup;
    this.calls = calls;
    this.workers = workers;
  }

  /** The state after the write; null while sub-batches under way hold a key that it needs. */
  @Nullable State write(Step step, State before, Server at, Answer answer) {
    long old = before.image(at);
    long image = answer.appliedTo(old);
    for (Row row : ROWS) {
      if (row.differs(old, image) && !workers.isFree(before, at, row)) {
        return null;
      }
    }
    State next = before.copy();
    next.image(at, image);
    checkEpochs(next, at, old, image);
    checkStep(step, next, before, at);
    Answer again = calls.ask(step, next, at);
    if (again.kind() == Kind.WRITE && again.appliedTo(image) != image) {
      Moves.breach(next, Invariant.I17_IDEMPOTENT_STEPS);
    }
    return next;
  }

  private static void checkEpochs(State next, Server at, long old, long image) {
    for (Row row : ROWS) {
      boolean activated =
          row.state(image) == OwnershipState.ACTIVE && row.state(old) != OwnershipState.ACTIVE;
      if (row.epoch(image) < row.epoch(old) || (activated && row.epoch(image) == row.epoch(old))) {
        Moves.breach(next, Invariant.I8_EPOCH_MONOTONE);
      }
    }
    if (at != Server.COPY
        && Image.BACK.isSet(image)
        && !Image.BACK.isSet(old)
        && Row.MOVED.epoch(image) <= Row.MOVED.epoch(next.image(Server.COPY))) {
      Moves.breach(next, Invariant.I8_EPOCH_MONOTONE);
    }
  }

  private void checkStep(Step step, State next, State before, Server at) {
    long old = before.image(at);
    long copy = before.image(Server.COPY);
    switch (step) {
      case ADOPT -> {
        if (Row.MOVED.state(old) != OwnershipState.FENCED
            || Row.MOVED.epoch(old) != before.get(State.TOKEN_EPOCH)
            || !Row.MOVED.isOfTheFailover(old)) {
          Moves.breach(next, Invariant.I11_FENCE_VISIBLE_AT_ADOPTION);
        }
      }
      case RETIRE -> checkTimeline(next, before, at);
      case DECIDE -> {
        checkTimeline(next, before, at);
        if (Image.CURSOR.of(copy) < Image.CURSOR.of(old)) {
          Moves.breach(next, Invariant.I5_THE_COPY_HAS_ALL);
        }
      }
      case ACTIVATE -> {
        if (Image.CURSOR.of(copy) != before.get(State.FENCE_CURSOR)) {
          Moves.breach(next, Invariant.I5_THE_COPY_HAS_ALL);
        }
        if (!setup.has(Flaw.ACTIVATE_BEFORE_DECISION) && !isDecided(before)) {
          Moves.breach(next, Invariant.I10_DECISION_STABLE);
        }
      }
      default -> {}
    }
  }

  private static void checkTimeline(State next, State before, Server at) {
    if (before.timeline(at) != before.get(State.TOKEN_TIMELINE)) {
      Moves.breach(next, Invariant.I12_SAME_TIMELINE);
    }
  }

  private static boolean isDecided(State state) {
    return Image.JOURNAL.of(state.image(Server.SOURCE)) == Image.COMMIT
        || Image.JOURNAL.of(state.image(Server.HEIR)) == Image.COMMIT;
  }
}
