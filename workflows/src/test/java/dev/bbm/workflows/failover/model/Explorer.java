package dev.bbm.workflows.failover.model;

import dev.bbm.workflows.failover.StepRules;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Looks at every state that can be reached, nearest first, so that a trace is a shortest one. */
final class Explorer {

  /**
   * What was found.
   *
   * @param broken null where everything holds
   * @param trace how to get there, step by step
   */
  record Explored(int states, int questions, @Nullable Invariant broken, String trace) {}

  /** A step into a state, perhaps one that was found on a better way before. */
  private record Breach(int from, State to, Invariant broken) {}

  private final Setup setup;
  private final Moves moves;
  private final Invariants invariants;
  private final StateSet found = new StateSet();
  private int at;
  private @Nullable Breach breach;

  private Explorer(Setup setup, StepRules rules, Set<Invariant> watched) {
    this.setup = setup;
    this.moves = new Moves(setup, new RuleCalls(rules));
    this.invariants = new Invariants(moves.workers(), watched);
  }

  /** Everything. */
  static Explored explore(Setup setup, StepRules rules) {
    return explore(setup, rules, EnumSet.allOf(Invariant.class));
  }

  /** Until one of these invariants is broken. */
  static Explored explore(Setup setup, StepRules rules, Set<Invariant> watched) {
    return new Explorer(setup, rules, watched).run();
  }

  private Explored run() {
    found.add(State.first(setup), -1);
    while (at < found.size() && breach == null) {
      moves.of(found.load(at), (next, _, _, _, _) -> add(next));
      at++;
    }
    Breach last = breach;
    return last == null
        ? new Explored(found.size(), moves.questions(), null, "")
        : new Explored(found.size(), moves.questions(), last.broken(), trace(last));
  }

  private void add(State next) {
    if (breach != null) {
      return;
    }
    Invariant broken = invariants.brokenAtStepTo(next);
    boolean isNew = found.add(settle(next), at);
    if (broken == null && isNew) {
      broken = invariants.brokenIn(next);
    }
    if (broken != null) {
      breach = new Breach(at, next, broken);
    }
  }

  private static State settle(State next) {
    return next.set(State.BREACH, 0).normalized();
  }

  private String trace(Breach last) {
    Deque<State> path = new ArrayDeque<>();
    path.addFirst(last.to());
    for (int index = last.from(); index >= 0; index = found.parentOf(index)) {
      path.addFirst(found.load(index));
    }
    State from = path.removeFirst();
    var text = new StringBuilder("  0. as it was\n").append(from.text(null));
    int number = 0;
    for (State to : path) {
      number++;
      text.append("%3d. %s%n%s".formatted(number, move(from, to), to.text(from)));
      from = to;
    }
    return text.append("     broken: ").append(last.broken()).append('\n').toString();
  }

  /** What leads from one state to the next. */
  private String move(State from, State to) {
    var text = new StringBuilder();
    moves.of(
        from,
        (next, who, what, where, how) -> {
          if (text.isEmpty() && Arrays.equals(settle(next).words, to.words)) {
            text.append(who).append(": ").append(what).append(" on ").append(where);
            text.append(how.isEmpty() ? "" : " (" + how + ")");
          }
        });
    return text.toString();
  }
}
