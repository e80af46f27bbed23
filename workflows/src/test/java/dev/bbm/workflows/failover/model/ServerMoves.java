package dev.bbm.workflows.failover.model;

import dev.bbm.workflows.ownership.OwnershipState;

/**
 * What happens to the servers: replication, promotion of the copy by anyone at any time, loss of
 * the source's primary with what its replica has not received, and takeover.
 *
 * <p>A standby goes on to its primary's present image only. That leaves out nothing: one that
 * passes an older image later could have done it when that was the present one, since nobody writes
 * on a standby.
 */
final class ServerMoves {

  private static final Row[] ROWS = Row.values();

  private final Setup setup;
  private final WorkerMoves workers;

  ServerMoves(Setup setup, WorkerMoves workers) {
    this.setup = setup;
    this.workers = workers;
  }

  void moves(State state, Sink sink) {
    if (state.timeline(Server.COPY) == 0) {
      copyReplicates(state, sink);
      sink.accept(promoted(state.copy()), "somebody", "promotes", Server.COPY, "");
    }
    if (setup.unplanned() && !state.is(State.FAILED_OVER)) {
      heirReplicates(state, sink);
      State next = state.copy().set(State.FAILED_OVER, 1);
      sink.accept(next, "cluster manager", "promotes", Server.HEIR, "SOURCE is a zombie now");
    }
    takeOver(state, state.leader(), Server.COPY, sink);
    takeOver(state, Server.COPY, state.leader(), sink);
  }

  static State promoted(State state) {
    return state.set(State.COPY_TIMELINE, state.is(State.COPY_ON_HEIR) ? 3 : 2);
  }

  private static void heirReplicates(State state, Sink sink) {
    long head = state.image(Server.SOURCE);
    if (state.image(Server.HEIR) != head) {
      State next = state.copy().set(State.COPY_AHEAD, 0);
      next.image(Server.HEIR, head);
      sink.accept(next, "replication", "reaches", Server.HEIR, "");
    }
  }

  /** From the source, be it a zombie; or from the heir, once it is promoted and not behind. */
  private void copyReplicates(State state, Sink sink) {
    boolean onHeir = state.is(State.COPY_ON_HEIR);
    long image = state.image(Server.COPY);
    long head = state.image(onHeir ? Server.HEIR : Server.SOURCE);
    if (image != head) {
      State next = state.copy();
      next.image(Server.COPY, head);
      boolean ahead = setup.unplanned() && !onHeir && head != state.image(Server.HEIR);
      next.set(State.COPY_AHEAD, ahead ? 1 : 0);
      sink.accept(next, "replication", "reaches", Server.COPY, "");
    }
    if (state.is(State.FAILED_OVER) && !onHeir && !state.is(State.COPY_AHEAD)) {
      State next = state.copy().set(State.COPY_ON_HEIR, 1);
      next.image(Server.COPY, state.image(Server.HEIR));
      sink.accept(next, "replication", "reaches", Server.COPY, "from the heir");
    }
  }

  /** As bbm.take_over_timeline and the worker that calls it: architecture.md, section 5. */
  private void takeOver(State state, Server at, Server other, Sink sink) {
    long image = state.image(at);
    if (state.timeline(at) == 0
        || (!setup.has(Flaw.TAKEOVER_DURING_FAILOVER)
            && (state.step().isRunning() || Image.JOURNAL.of(image) == Image.OPEN))) {
      return;
    }
    State next = state.copy();
    for (Row row : ROWS) {
      next.image(at, takenOver(state, at, other, row, next.image(at)));
    }
    if (next.image(at) != image) {
      sink.accept(next, "workers", "take over", at, "");
    }
  }

  private long takenOver(State state, Server at, Server other, Row row, long image) {
    int timeline = state.timeline(at);
    if (row.state(image) != OwnershipState.ACTIVE
        || row.timeline(image) == timeline
        || !workers.isFree(state, at, row)) {
      return image;
    }
    if (isOutOfTheWay(state, other, row, image)) {
      return row.takenOver(image, OwnershipState.ACTIVE, timeline);
    }
    return state.owns(other, row) ? row.takenOver(image, OwnershipState.RETIRED, timeline) : image;
  }

  private static boolean isOutOfTheWay(State state, Server other, Row row, long image) {
    long there = state.image(other);
    return state.timeline(other) == 0
        || row.state(there) == OwnershipState.RETIRED
        || (row == Row.SHARED && row.place(there) != row.place(image));
  }
}
