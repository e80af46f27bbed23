package dev.bbm.workflows.failover.model;

import static dev.bbm.workflows.failover.model.Invariant.I10_DECISION_STABLE;
import static dev.bbm.workflows.failover.model.Invariant.I11_FENCE_VISIBLE_AT_ADOPTION;
import static dev.bbm.workflows.failover.model.Invariant.I12_SAME_TIMELINE;
import static dev.bbm.workflows.failover.model.Invariant.I13_NONE_LOST;
import static dev.bbm.workflows.failover.model.Invariant.I17_IDEMPOTENT_STEPS;
import static dev.bbm.workflows.failover.model.Invariant.I1_NO_DOUBLE_EFFECT;
import static dev.bbm.workflows.failover.model.Invariant.I20_DEAD_BRANCH_NOT_COUNTED;
import static dev.bbm.workflows.failover.model.Invariant.I2_NO_MISS;
import static dev.bbm.workflows.failover.model.Invariant.I3_NO_WRITE_BY_A_NON_OWNER;
import static dev.bbm.workflows.failover.model.Invariant.I4_AT_MOST_ONE_ACCEPTOR;
import static dev.bbm.workflows.failover.model.Invariant.I5_THE_COPY_HAS_ALL;
import static dev.bbm.workflows.failover.model.Invariant.I6_CURSOR_IS_DATA;
import static dev.bbm.workflows.failover.model.Invariant.I7_CURSOR_MONOTONE;
import static dev.bbm.workflows.failover.model.Invariant.I8_EPOCH_MONOTONE;
import static dev.bbm.workflows.failover.model.Invariant.I9_ONLY_ACTIVE_ACCEPTS;

import dev.bbm.workflows.failover.StepRules;
import java.util.stream.Stream;

/**
 * The protocol with one mechanism left out.
 *
 * @param breaks the harm that this does
 */
record Mutant(String what, Setup setup, StepRules rules, Invariant breaks) {

  private static final StepRules REAL = new StepRules();
  private static final Setup ONE = Setup.of(1);
  private static final Setup TWO = Setup.of(2);

  static Stream<Mutant> all() {
    return Stream.of(
        of("a gate without the key", Flaw.GATE_WITHOUT_KEY, I3_NO_WRITE_BY_A_NON_OWNER),
        new Mutant(
            "no timeline check, in gate and rules",
            TWO.with(Flaw.GATE_WITHOUT_TIMELINE),
            new FlawedRules.WithoutTimeline(),
            I4_AT_MOST_ONE_ACCEPTOR),
        new Mutant(
            "no proof of catch-up",
            TWO.with(Flaw.NO_CATCH_UP),
            new FlawedRules.WithoutCatchUp(),
            I5_THE_COPY_HAS_ALL),
        new Mutant(
            "adoption of a copy that never saw the fence",
            TWO.with(Flaw.NO_CATCH_UP),
            new FlawedRules.WithoutCatchUp(),
            I11_FENCE_VISIBLE_AT_ADOPTION),
        of("activation before decision", Flaw.ACTIVATE_BEFORE_DECISION, I4_AT_MOST_ONE_ACCEPTOR),
        of("rollback without a fence", Flaw.ROLLBACK_WITHOUT_FENCE, I4_AT_MOST_ONE_ACCEPTOR),
        of("a cursor outside", Flaw.CURSOR_REMEMBERED_OUTSIDE, I2_NO_MISS),
        of("the dead branch's cursor", Flaw.CURSOR_REMEMBERED_OUTSIDE, I20_DEAD_BRANCH_NOT_COUNTED),
        of("a cursor on its own", Flaw.CURSOR_IN_ITS_OWN_TRANSACTION, I1_NO_DOUBLE_EFFECT),
        of("a cursor apart from its data", Flaw.CURSOR_IN_ITS_OWN_TRANSACTION, I6_CURSOR_IS_DATA),
        of("a cursor not compared", Flaw.CURSOR_NOT_COMPARED, I1_NO_DOUBLE_EFFECT),
        of("a cursor set back", Flaw.CURSOR_NOT_COMPARED, I7_CURSOR_MONOTONE),
        of("a takeover during a failover", Flaw.TAKEOVER_DURING_FAILOVER, I4_AT_MOST_ONE_ACCEPTOR),
        ofRules(
            "activation compares nothing",
            new FlawedRules.ActivateAnything(),
            I4_AT_MOST_ONE_ACCEPTOR),
        ofRules("a fence compares nothing", new FlawedRules.FenceAnything(), I13_NONE_LOST),
        ofRules("a fence that is repeated", new FlawedRules.FenceAnything(), I17_IDEMPOTENT_STEPS),
        ofRules(
            "retirement on any timeline", new FlawedRules.RetireOnAnyTimeline(), I12_SAME_TIMELINE),
        ofRules(
            "an abort before the copy is out",
            new FlawedRules.AbortBeforeTheCopy(),
            I4_AT_MOST_ONE_ACCEPTOR),
        ofRules(
            "ABORT where COMMIT was lost",
            new FlawedRules.AbortBeforeTheCopy(),
            I10_DECISION_STABLE),
        ofRules("an epoch used again", new FlawedRules.EpochUsedAgain(), I8_EPOCH_MONOTONE),
        new Mutant(
            "queueing without the gate",
            ONE.withQueueing().with(Flaw.QUEUEING_WITHOUT_GATE),
            REAL,
            I13_NONE_LOST),
        new Mutant(
            "queueing with a gate without the key",
            ONE.withQueueing().with(Flaw.GATE_WITHOUT_KEY),
            REAL,
            I9_ONLY_ACTIVE_ACCEPTS));
  }

  private static Mutant of(String what, Flaw flaw, Invariant breaks) {
    return new Mutant(what, TWO.with(flaw), REAL, breaks);
  }

  private static Mutant ofRules(String what, StepRules rules, Invariant breaks) {
    return new Mutant(what, ONE, rules, breaks);
  }

  @Override
  public String toString() {
    return what;
  }
}
