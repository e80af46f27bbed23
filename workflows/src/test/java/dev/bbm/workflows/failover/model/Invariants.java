package dev.bbm.workflows.failover.model;

import dev.bbm.workflows.ownership.OwnershipState;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What must hold in a state, however it came about, and at each step into it. */
final class Invariants {

  private static final Server[] SERVERS = Server.values();

  private final WorkerMoves workers;
  private final Set<Invariant> watched;

  Invariants(WorkerMoves workers, Set<Invariant> watched) {
    this.workers = workers;
    this.watched = watched;
  }

  @Nullable Invariant brokenAtStepTo(State state) {
    int breach = state.get(State.BREACH);
    if (breach != 0) {
      for (Invariant invariant : watched) {
        if ((breach >> invariant.bit() & 1) != 0) {
          return invariant;
        }
      }
    }
    return null;
  }

  @Nullable Invariant brokenIn(State state) {
    for (Invariant invariant : watched) {
      if (!holds(invariant, state)) {
        return invariant;
      }
    }
    return null;
  }

  /** Those that are no property of a state are checked at each step. */
  private boolean holds(Invariant invariant, State state) {
    return switch (invariant) {
      case I1_NO_DOUBLE_EFFECT, I2_NO_MISS, I6_CURSOR_IS_DATA -> holdsEverywhere(invariant, state);
      case I4_AT_MOST_ONE_ACCEPTOR ->
          !bothAccept(state, Row.MOVED) && !bothAccept(state, Row.STAYING);
      case I10_DECISION_STABLE ->
          Row.MOVED.state(state.image(Server.COPY)) != OwnershipState.ACTIVE
              || Image.JOURNAL.of(state.image(Server.COPY)) != Image.COMMIT
              || Image.JOURNAL.of(state.image(state.leader())) != Image.ABORT;
      case I13_NONE_LOST -> nothingIsLost(state);
      case I15_SHARED_ONCE_PER_PLACE ->
          holdsEverywhere(invariant, state)
              && (!bothAccept(state, Row.SHARED) || isInTwoPlaces(state, Row.SHARED));
      default -> true;
    };
  }

  /** On standbys and zombies too: each is some prefix of some history. */
  private static boolean holdsEverywhere(Invariant invariant, State state) {
    for (Server server : SERVERS) {
      if (!holds(invariant, state.image(server))) {
        return false;
      }
    }
    return true;
  }

  private static boolean holds(Invariant invariant, long image) {
    int cursor = Image.CURSOR.of(image);
    int first = Image.counter(image, 0);
    int second = Image.counter(image, 1);
    return switch (invariant) {
      case I1_NO_DOUBLE_EFFECT -> first <= 1 && second <= 1;
      case I2_NO_MISS -> cursor < Image.SUB_BATCHES || (first >= 1 && second >= 1);
      case I6_CURSOR_IS_DATA -> first == Math.min(1, cursor) && second == Math.max(0, cursor - 1);
      default -> Image.SHARED_COUNTER.of(image) == Image.SHARED_CURSOR.of(image);
    };
  }

  private boolean bothAccept(State state, Row row) {
    return workers.accepts(state, state.leader(), row) && workers.accepts(state, Server.COPY, row);
  }

  private static boolean isInTwoPlaces(State state, Row row) {
    return row.place(state.image(state.leader())) != row.place(state.image(Server.COPY));
  }

  /** At its end each migration has one owner; a source that was promoted waits for a takeover. */
  private static boolean nothingIsLost(State state) {
    long source = state.image(state.leader());
    return switch (state.step()) {
      case MOVED ->
          state.owns(Server.COPY, Row.MOVED)
              && (!Image.QUEUED.isSet(source) || Image.QUEUED.isSet(state.image(Server.COPY)));
      case ABORTED, ROLLED_BACK ->
          state.is(State.FAILED_OVER) || Row.MOVED.state(source) == OwnershipState.ACTIVE;
      default -> true;
    };
  }
}
