package dev.bbm.workflows.failover.model;

/**
 * What a worker does now: nothing, or a transaction that has passed the gate and so holds the
 * schema's shared key. It has whatever token the gate would let pass, so that every zombie is among
 * these workers.
 */
final class Worker {

  static final int SUB_BATCH = 1;
  static final int SHARED_SUB_BATCH = 2;
  static final int QUEUEING = 3;

  static final Bits KIND = new Bits(0, 2);
  static final Bits SERVER = new Bits(2, 2);
  static final Bits EPOCH = new Bits(4, 4);
  static final Bits PLACE = new Bits(8, 1);
  static final Bits CURSOR = new Bits(9, 2);

  /** Its rows are committed, its cursor is not: only if those are two transactions. */
  static final Bits HALF = new Bits(11, 1);

  /** A cursor that it remembers by itself: only if it trusts that one. */
  static final Bits REMEMBERED = new Bits(12, 2);

  private static final Server[] SERVERS = Server.values();

  private Worker() {}

  static boolean isIdle(long worker) {
    return KIND.of(worker) == 0;
  }

  static long idle(long worker) {
    return REMEMBERED.in(0, REMEMBERED.of(worker));
  }

  static Server server(long worker) {
    return SERVERS[SERVER.of(worker)];
  }

  /** The row whose key it holds. */
  static Row row(long worker) {
    return KIND.of(worker) == SHARED_SUB_BATCH ? Row.SHARED : Row.MOVED;
  }

  static String text(long worker) {
    return "worker on %s: %s from %d, passed the gate at epoch %d"
        .formatted(
            server(worker),
            new String[] {"", "sub-batch", "shared sub-batch", "queueing"}[KIND.of(worker)],
            CURSOR.of(worker),
            EPOCH.of(worker));
  }
}
