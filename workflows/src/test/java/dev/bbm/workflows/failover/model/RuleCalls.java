package dev.bbm.workflows.failover.model;

import dev.bbm.workflows.failover.FailoverScope;
import dev.bbm.workflows.failover.FenceToken;
import dev.bbm.workflows.failover.ServerView;
import dev.bbm.workflows.failover.StepRules;
import dev.bbm.workflows.failover.Verdict;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Asks the real rules, once for each question that differs. */
final class RuleCalls {

  /** What a rule says: its kind, and the rows and the journal as they are to be. */
  record Answer(Kind kind, long rules) {

    long appliedTo(long image) {
      return (image & ~Image.OF_RULES) | rules;
    }
  }

  enum Kind {
    WRITE,
    DONE,
    WAIT,
    REFUSED
  }

  private static final FailoverScope SCOPE =
      new FailoverScope(Row.FAILOVER, "main", "ci", "postgresql://ci", List.of("gitlab_ci"));

  private final StepRules rules;
  private final Map<Long, Answer> known = new HashMap<>();

  RuleCalls(StepRules rules) {
    this.rules = rules;
  }

  /** How many different questions were asked. */
  int size() {
    return known.size();
  }

  /** The step on that server, in one transaction. */
  Answer ask(Step step, State state, Server at) {
    long image = state.image(at);
    long copyEpoch = step == Step.TAKE_BACK ? Row.MOVED.epoch(state.image(Server.COPY)) : 0;
    long question =
        (image & Image.OF_RULES)
            | (long) step.number() << 33
            | (long) state.timeline(at) << 38
            | (long) state.get(State.TOKEN_TIMELINE) << 40
            | (long) state.get(State.TOKEN_EPOCH) << 42
            | copyEpoch << 46;
    Answer answer = known.get(question);
    if (answer == null) {
      answer = answer(step, image, state, at, copyEpoch);
      known.put(question, answer);
    }
    return answer;
  }

  private Answer answer(Step step, long image, State state, Server at, long copyEpoch) {
    if (step == Step.CHECK) {
      return check(image);
    }
    var token =
        new FenceToken(
            state.get(State.TOKEN_TIMELINE),
            Map.of("gitlab_ci", (long) state.get(State.TOKEN_EPOCH)));
    Verdict verdict = verdict(step, Image.view(image, state.timeline(at)), token, copyEpoch);
    return switch (verdict) {
      case Verdict.Write write ->
          new Answer(Kind.WRITE, Image.written(image, write) & Image.OF_RULES);
      case Verdict.Done() -> new Answer(Kind.DONE, image & Image.OF_RULES);
      case Verdict.Wait(String _) -> new Answer(Kind.WAIT, image & Image.OF_RULES);
      case Verdict.Refused(String _) -> new Answer(Kind.REFUSED, image & Image.OF_RULES);
    };
  }

  /** Step 0 inserts the journal's row; nothing else. */
  private static Answer check(long image) {
    return switch (Image.JOURNAL.of(image)) {
      case 0 -> new Answer(Kind.WRITE, Image.JOURNAL.in(image, Image.OPEN) & Image.OF_RULES);
      case Image.OPEN -> new Answer(Kind.DONE, image & Image.OF_RULES);
      default -> new Answer(Kind.REFUSED, image & Image.OF_RULES);
    };
  }

  private Verdict verdict(Step step, ServerView view, FenceToken token, long copyEpoch) {
    return switch (step) {
      case FENCE -> rules.fence(SCOPE, view);
      case SEE -> rules.seeFence(SCOPE, token, view);
      case CONFIRM -> rules.confirmPromotion(SCOPE, token, view);
      case ADOPT -> rules.adopt(SCOPE, token, view, "new");
      case RETIRE -> rules.retire(SCOPE, token, view);
      case DECIDE -> rules.decide(SCOPE, token, view);
      case ACTIVATE -> rules.activate(SCOPE, view);
      case ABORT -> rules.abort(SCOPE, view, false);
      case ABORT_AFTER -> rules.abort(SCOPE, view, true);
      case RETIRE_FIRST, RETIRE_COPY -> rules.retireCopy(SCOPE, view, false);
      case RESTORE -> rules.restore(SCOPE, view);
      case FENCE_COPY -> rules.fenceCopy(SCOPE, view);
      case TAKE_BACK -> rules.takeBack(SCOPE, view, copyEpoch);
      case RETIRE_BACK -> rules.retireCopy(SCOPE, view, true);
      default -> throw new IllegalArgumentException(step + " has no rule");
    };
  }
}
