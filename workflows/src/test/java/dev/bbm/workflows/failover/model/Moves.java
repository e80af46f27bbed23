package dev.bbm.workflows.failover.model;

/** Everything that may happen next in a state. */
final class Moves {

  private final WorkerMoves workers;
  private final ServerMoves servers;
  private final CoordinatorMoves coordinator;
  private final LateMoves late;
  private final RuleCalls calls;

  Moves(Setup setup, RuleCalls calls) {
    this.calls = calls;
    this.workers = new WorkerMoves(setup);
    this.servers = new ServerMoves(setup, workers);
    var effects = new Effects(setup, calls, workers);
    this.coordinator = new CoordinatorMoves(setup, calls, effects);
    this.late = new LateMoves(calls, effects);
  }

  void of(State state, Sink sink) {
    workers.moves(state, sink);
    servers.moves(state, sink);
    coordinator.moves(state, sink);
    late.moves(state, sink);
  }

  WorkerMoves workers() {
    return workers;
  }

  int questions() {
    return calls.size();
  }

  /** Notes what this step into the state broke. */
  static void breach(State next, Invariant broken) {
    next.set(State.BREACH, next.get(State.BREACH) | 1 << broken.bit());
  }
}
