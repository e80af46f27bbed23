package dev.bbm.workflows.failover.model;

import dev.bbm.workflows.ownership.OwnershipState;
import org.jspecify.annotations.Nullable;

/** One state of the model, in five words: three images, the workers, the coordinator. */
final class State {

  static final int WORDS = 5;
  static final int WORKERS = 2;

  private static final int WORKER_WORD = 3;
  private static final int REST = 4;
  private static final int WORKER_WIDTH = 14;
  private static final long WORKER_MASK = (1L << WORKER_WIDTH) - 1;

  static final Bits STEP = new Bits(0, 5);

  /** The furthest step forward that was ever called. */
  static final Bits REACHED = new Bits(5, 5);

  static final Bits TOKEN_TIMELINE = new Bits(10, 2);
  static final Bits TOKEN_EPOCH = new Bits(12, 4);
  static final Bits FENCE_CURSOR = new Bits(16, 2);

  /** 0: a delayed call is still to come; 1: it came; above: a delayed abort is under way. */
  static final Bits LATE = new Bits(18, 5);

  static final Bits ABORT_CALLED = new Bits(23, 1);
  static final Bits FAILED_OVER = new Bits(24, 1);

  /** The copy has WAL that the heir has not. */
  static final Bits COPY_AHEAD = new Bits(25, 1);

  static final Bits COPY_ON_HEIR = new Bits(26, 1);
  static final Bits COPY_TIMELINE = new Bits(27, 2);

  /** Which invariants the step into this state broke, one bit for each. */
  static final Bits BREACH = new Bits(29, 16);

  final long[] words = new long[WORDS];

  static State first(Setup setup) {
    var state = new State();
    state.set(LATE, setup.late() ? LateMoves.UNUSED : LateMoves.SPENT);
    for (Server server : Server.values()) {
      state.image(server, Image.first());
    }
    return state;
  }

  State copy() {
    var copy = new State();
    System.arraycopy(words, 0, copy.words, 0, WORDS);
    return copy;
  }

  /** What nothing will ever ask for again is forgotten, so that states that are alike are one. */
  State normalized() {
    if (get(COPY_TIMELINE) != 0) {
      set(COPY_AHEAD, 0).set(COPY_ON_HEIR, 0);
    } else if (is(COPY_ON_HEIR)) {
      set(COPY_AHEAD, 0);
    }
    if (get(LATE) == LateMoves.SPENT) {
      set(REACHED, 0).set(ABORT_CALLED, 0);
      if (step() == Step.MOVED || step().compareTo(Step.ABORTED) >= 0) {
        set(TOKEN_TIMELINE, 0).set(TOKEN_EPOCH, 0).set(FENCE_CURSOR, 0);
      }
    }
    return this;
  }

  long image(Server server) {
    return words[server.number()];
  }

  void image(Server server, long image) {
    words[server.number()] = image;
  }

  int get(Bits bits) {
    return bits.of(words[REST]);
  }

  boolean is(Bits bits) {
    return bits.isSet(words[REST]);
  }

  State set(Bits bits, int value) {
    words[REST] = bits.in(words[REST], value);
    return this;
  }

  Step step() {
    return Step.of(get(STEP));
  }

  State step(Step step) {
    set(STEP, step.number());
    if (step.isForward() && step.number() > get(REACHED)) {
      set(REACHED, step.number());
    }
    return step == Step.ABORT ? set(ABORT_CALLED, 1) : this;
  }

  long worker(int index) {
    return words[WORKER_WORD] >>> (index * WORKER_WIDTH) & WORKER_MASK;
  }

  /** Workers are alike: they are kept in order, so that an exchange of two makes no new state. */
  State worker(int index, long worker) {
    long other = worker(1 - index);
    words[WORKER_WORD] =
        worker < other ? worker | other << WORKER_WIDTH : other | worker << WORKER_WIDTH;
    return this;
  }

  /** 0 for a standby. */
  int timeline(Server server) {
    return switch (server) {
      case SOURCE -> 1;
      case HEIR -> is(FAILED_OVER) ? 2 : 0;
      case COPY -> get(COPY_TIMELINE);
    };
  }

  /** The primary that the source's cluster manager names. */
  Server leader() {
    return is(FAILED_OVER) ? Server.HEIR : Server.SOURCE;
  }

  /** ACTIVE, on the server's timeline. */
  boolean owns(Server server, Row row) {
    long image = image(server);
    return timeline(server) != 0
        && row.state(image) == OwnershipState.ACTIVE
        && row.timeline(image) == timeline(server);
  }

  /** What differs from the state before it. */
  String text(@Nullable State before) {
    var text = new StringBuilder();
    for (Server server : Server.values()) {
      if (before == null
          || before.image(server) != image(server)
          || before.timeline(server) != timeline(server)) {
        String role = timeline(server) == 0 ? "standby" : "t" + timeline(server);
        text.append("       %-6s %-7s %s%n".formatted(server, role, Image.text(image(server))));
      }
    }
    for (int index = 0; index < WORKERS; index++) {
      if (!Worker.isIdle(worker(index))) {
        text.append("       %s%n".formatted(Worker.text(worker(index))));
      }
    }
    return text.toString();
  }
}
