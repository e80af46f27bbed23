package dev.bbm.workflows.failover.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bbm.workflows.failover.StepRules;
import dev.bbm.workflows.failover.model.Explorer.Explored;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every state that two databases, their workers and a failover's coordinator can get into, by the
 * rules that the activities apply; and what happens when one mechanism is left out. docs/testing.md
 * says what is in the model.
 */
@Timeout(900)
final class FailoverModelTest {

  private static final StepRules REAL = new StepRules();
  private static final Setup ONE = Setup.of(1);
  private static final Setup TWO = Setup.of(2);

  static Stream<Mutant> mutants() {
    return Mutant.all();
  }

  @Test
  void holdsInEveryState() {
    assertThat(statesWithoutViolation(TWO)).isGreaterThan(500_000);
  }

  @Test
  void holdsWithASharedMigration() {
    assertThat(statesWithoutViolation(ONE.withShared().withoutLateCalls())).isGreaterThan(100_000);
  }

  @Test
  void holdsWithQueueing() {
    assertThat(statesWithoutViolation(ONE.withQueueing().withoutLateCalls()))
        .isGreaterThan(100_000);
  }

  @ParameterizedTest
  @MethodSource("mutants")
  void catches(Mutant mutant) {
    Explored explored =
        Explorer.explore(mutant.setup(), mutant.rules(), EnumSet.of(mutant.breaks()));
    System.out.printf("%n%s:%n%s", mutant, explored.trace());

    assertThat(explored.broken()).isEqualTo(mutant.breaks());
    assertThat(explored.trace()).contains("broken: " + mutant.breaks());
  }

  /** The row is FENCED anyway, and the timeline is compared: RETIRED makes the state readable. */
  @Test
  void needsNoRetirementToBeSafe() {
    assertHoldsWithout(
        ONE.with(Flaw.NO_RETIREMENT),
        new FlawedRules.DecideUnretired(),
        // Nobody retired it, so a delayed retirement has an effect.
        Invariant.I17_IDEMPOTENT_STEPS);
  }

  /** What the rows say is enough. */
  @Test
  void needsNoLookAtTheDecisionToBeSafe() {
    assertHoldsWithout(ONE, new FlawedRules.WithoutDecision());
  }

  /** State, timeline and cursor are enough for effects in the database; not for those outside. */
  @Test
  void needsNoNewEpochAfterAnAbortToBeSafe() {
    assertHoldsWithout(ONE, new FlawedRules.EpochUsedAgain(), Invariant.I8_EPOCH_MONOTONE);
  }

  /** Deciding compares the timeline as well, and on another one nobody is FENCED and undecided. */
  @Test
  void needsNoTimelineAtTheRetirementToBeSafe() {
    assertHoldsWithout(ONE, new FlawedRules.RetireOnAnyTimeline(), Invariant.I12_SAME_TIMELINE);
  }

  @Test
  @EnabledIfSystemProperty(named = "bbm.model", matches = "long")
  void holdsForLong() {
    for (Setup setup : List.of(ONE.withShared(), ONE.withQueueing(), TWO.withQueueing())) {
      assertThat(statesWithoutViolation(setup)).isGreaterThan(3_000_000);
    }
  }

  private static int statesWithoutViolation(Setup setup) {
    return hold(setup, REAL, EnumSet.allOf(Invariant.class));
  }

  private static void assertHoldsWithout(Setup setup, StepRules rules, Invariant... meant) {
    var others = EnumSet.allOf(Invariant.class);
    others.removeAll(List.of(meant));
    assertThat(hold(setup, rules, others)).isGreaterThan(500_000);
  }

  private static int hold(Setup setup, StepRules rules, Set<Invariant> invariants) {
    Explored explored = Explorer.explore(setup, rules, invariants);
    System.out.printf(
        "%,d states, %,d different questions to %s, %s%n",
        explored.states(), explored.questions(), rules.getClass().getSimpleName(), setup);

    assertThat(explored.broken()).as("broken after%n%s", explored.trace()).isNull();
    return explored.states();
  }
}
