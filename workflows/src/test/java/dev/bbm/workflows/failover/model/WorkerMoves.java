package dev.bbm.workflows.failover.model;

import dev.bbm.workflows.ownership.OwnershipState;

/**
 * What workers do: pass the gate, which takes the schema's shared key; then commit rows and cursor,
 * or roll back. Any worker on any server that lets it, the zombie too.
 */
final class WorkerMoves {

  private final Setup setup;

  WorkerMoves(Setup setup) {
    this.setup = setup;
  }

  /** Whether the gate lets pass who knows the row's epoch and place. */
  boolean accepts(State state, Server server, Row row) {
    return setup.has(Flaw.GATE_WITHOUT_TIMELINE)
        ? state.timeline(server) != 0 && row.state(state.image(server)) == OwnershipState.ACTIVE
        : state.owns(server, row);
  }

  /** Whether the schema's exclusive key is free. */
  boolean isFree(State state, Server server, Row row) {
    if (setup.has(Flaw.GATE_WITHOUT_KEY)) {
      return true;
    }
    for (int index = 0; index < State.WORKERS; index++) {
      long worker = state.worker(index);
      if (!Worker.isIdle(worker)
          && Worker.server(worker) == server
          && Worker.row(worker) == row
          && !Worker.HALF.isSet(worker)) {
        return false;
      }
    }
    return true;
  }

  void moves(State state, Sink sink) {
    for (int index = 0; index < State.WORKERS; index++) {
      long worker = state.worker(index);
      if (!Worker.isIdle(worker)) {
        goOn(state, index, worker, sink);
      } else if (mayBegin(state, index)) {
        begin(state, index, worker, sink);
      }
    }
  }

  /** Of two idle ones that are alike one begins. */
  private boolean mayBegin(State state, int index) {
    long other = state.worker(1 - index);
    return (setup.workers() == State.WORKERS || Worker.isIdle(other))
        && (index == 0 || state.worker(index) != other);
  }

  private void begin(State state, int index, long worker, Sink sink) {
    for (Server server : Server.values()) {
      if (state.timeline(server) == 0) {
        continue;
      }
      long image = state.image(server);
      boolean passes = accepts(state, server, Row.MOVED);
      if (passes && cursor(worker, image) < Image.SUB_BATCHES) {
        begin(state, index, worker, Worker.SUB_BATCH, server, cursor(worker, image), sink);
      }
      if (setup.shared()
          && accepts(state, server, Row.SHARED)
          && !Image.SHARED_CURSOR.isSet(image)) {
        begin(state, index, worker, Worker.SHARED_SUB_BATCH, server, 0, sink);
      }
      if (setup.queueing()
          && (passes || setup.has(Flaw.QUEUEING_WITHOUT_GATE))
          && !Image.QUEUED.isSet(image)) {
        begin(state, index, worker, Worker.QUEUEING, server, 0, sink);
      }
    }
  }

  private int cursor(long worker, long image) {
    return setup.has(Flaw.CURSOR_REMEMBERED_OUTSIDE)
        ? Math.max(Worker.REMEMBERED.of(worker), Image.CURSOR.of(image))
        : Image.CURSOR.of(image);
  }

  private static void begin(
      State state, int index, long worker, int kind, Server server, int cursor, Sink sink) {
    long image = state.image(server);
    long busy = Worker.KIND.in(worker, kind);
    busy = Worker.SERVER.in(busy, server.number());
    busy = Worker.CURSOR.in(busy, cursor);
    busy = Worker.EPOCH.in(busy, Worker.row(busy).epoch(image));
    busy = Worker.PLACE.in(busy, Worker.row(busy).place(image));
    State next = state.copy().worker(index, busy);
    if (kind == Worker.SUB_BATCH && cursor != Image.CURSOR.of(image)) {
      Moves.breach(next, Invariant.I20_DEAD_BRANCH_NOT_COUNTED);
    }
    sink.accept(next, "worker", "passes the gate", server, "");
  }

  private void goOn(State state, int index, long worker, Sink sink) {
    Server server = Worker.server(worker);
    State next = state.copy();
    next.worker(index, Worker.idle(worker));
    sink.accept(next, "worker", "rolls back", server, "");
    switch (Worker.KIND.of(worker)) {
      case Worker.SUB_BATCH -> commit(state, index, worker, server, sink);
      case Worker.SHARED_SUB_BATCH -> commitShared(state, index, worker, server, sink);
      default -> commitQueueing(state, index, worker, server, sink);
    }
  }

  private void commit(State state, int index, long worker, Server server, Sink sink) {
    long image = state.image(server);
    int from = Worker.CURSOR.of(worker);
    boolean compares =
        !setup.has(Flaw.CURSOR_NOT_COMPARED) && !setup.has(Flaw.CURSOR_REMEMBERED_OUTSIDE);
    if (compares && Image.CURSOR.of(image) != from) {
      return;
    }
    State next = state.copy();
    if (setup.has(Flaw.CURSOR_IN_ITS_OWN_TRANSACTION) && !Worker.HALF.isSet(worker)) {
      next.image(server, Image.changedRows(image, from));
      next.worker(index, Worker.HALF.in(worker, 1));
      sink.accept(checked(next, state, worker), "worker", "commits the rows", server, "");
      return;
    }
    long changed = Worker.HALF.isSet(worker) ? image : Image.changedRows(image, from);
    next.image(server, Image.CURSOR.in(changed, from + 1));
    long idle = Worker.idle(worker);
    next.worker(
        index,
        setup.has(Flaw.CURSOR_REMEMBERED_OUTSIDE) ? Worker.REMEMBERED.in(idle, from + 1) : idle);
    if (from + 1 < Image.CURSOR.of(image)) {
      Moves.breach(next, Invariant.I7_CURSOR_MONOTONE);
    }
    sink.accept(checked(next, state, worker), "worker", "commits a sub-batch", server, "");
  }

  private void commitShared(State state, int index, long worker, Server server, Sink sink) {
    long image = state.image(server);
    if (Image.SHARED_CURSOR.isSet(image)) {
      return;
    }
    State next = state.copy().worker(index, Worker.idle(worker));
    int counter = Math.min(2, Image.SHARED_COUNTER.of(image) + 1);
    next.image(server, Image.SHARED_CURSOR.in(Image.SHARED_COUNTER.in(image, counter), 1));
    sink.accept(checked(next, state, worker), "worker", "commits a shared one", server, "");
  }

  private void commitQueueing(State state, int index, long worker, Server server, Sink sink) {
    State next = state.copy().worker(index, Worker.idle(worker));
    next.image(server, Image.QUEUED.in(state.image(server), 1));
    if (!setup.has(Flaw.QUEUEING_WITHOUT_GATE)) {
      checked(next, state, worker);
    }
    sink.accept(next, "somebody", "queues", server, "");
  }

  /** I3 and I9: the row is, at the commit, what the gate saw. */
  private static State checked(State next, State before, long worker) {
    long image = before.image(Worker.server(worker));
    Row row = Worker.row(worker);
    if (row.state(image) != OwnershipState.ACTIVE) {
      Moves.breach(
          next,
          Worker.KIND.of(worker) == Worker.SUB_BATCH
              ? Invariant.I3_NO_WRITE_BY_A_NON_OWNER
              : Invariant.I9_ONLY_ACTIVE_ACCEPTS);
    } else if (row.epoch(image) != Worker.EPOCH.of(worker)
        || row.place(image) != Worker.PLACE.of(worker)) {
      Moves.breach(next, Invariant.I3_NO_WRITE_BY_A_NON_OWNER);
    }
    return next;
  }
}
