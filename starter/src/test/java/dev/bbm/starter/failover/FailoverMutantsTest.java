package dev.bbm.starter.failover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bbm.starter.testbed.CountedTable;
import dev.bbm.workflows.failover.FenceToken;
import dev.bbm.workflows.failover.StepRules;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The failover on two real servers with one mechanism left out: the invariants see the harm, and
 * see none in the same story with everything in place.
 */
@Timeout(120)
final class FailoverMutantsTest {

  private static final StepRules REAL = new StepRules();

  interface Story {
    void tell(StepsByHand failover, boolean real);
  }

  /**
   * One mechanism that is left out.
   *
   * @param rules those of the coordinator that lacks it
   * @param story needs it
   * @param harm the invariants that tell
   */
  record Mutant(String what, StepRules rules, Story story, List<Integer> harm) {

    @Override
    public String toString() {
      return what;
    }
  }

  private static Stream<Mutant> mutants() {
    return Stream.of(
        new Mutant(
            "no timeline check in the gate",
            REAL,
            FailoverMutantsTest::promotedAfterTheAbort,
            List.of(3)),
        new Mutant(
            "no timeline check in the rules",
            new WeakRules.WithoutTimeline(),
            FailoverMutantsTest::sourcePromotedAfterItsFence,
            List.of(12)),
        new Mutant(
            "no proof of catch-up",
            new WeakRules.WithoutCatchUp(),
            FailoverMutantsTest::streamCutBeforeTheFence,
            List.of(5, 11)),
        new Mutant(
            "activation before the decision",
            REAL,
            FailoverMutantsTest::copyDownAtTheAbort,
            List.of(4, 10)),
        new Mutant(
            "rollback without a fence",
            REAL,
            FailoverMutantsTest::copyDownAtTheRollback,
            List.of(4, 10)),
        new Mutant(
            "queueing without the gate",
            REAL,
            FailoverMutantsTest::queuedBehindTheFence,
            List.of(9, 13)));
  }

  @TempDir private Path folder;

  @ParameterizedTest
  @MethodSource("mutants")
  void isSeen(Mutant mutant) {
    assertThat(violations(mutant, false)).containsAll(mutant.harm());
  }

  @ParameterizedTest
  @MethodSource("mutants")
  void isSeenInNoRealCode(Mutant mutant) {
    assertThat(violations(mutant, true)).isEmpty();
  }

  /** The second wall behind the order of the steps: an abort that reaches the active copy. */
  @Test
  void anAbortGivesNothingBackWhileTheCopyIsActive() {
    try (var failover = new StepsByHand(folder, REAL)) {
      FenceToken fence = failover.untilAdopted();
      failover.steps().activate(failover.request(), fence);

      assertThat(
              StepsByHand.isRefusedForGood(
                  () -> failover.steps().abort(failover.request(), "too slow")))
          .isTrue();

      assertThat(failover.works(failover.pair().onPrimary())).isFalse();
      assertThat(failover.violations()).containsExactly(10);
    }
  }

  private List<Integer> violations(Mutant mutant, boolean real) {
    try (var failover = new StepsByHand(folder, real ? REAL : mutant.rules())) {
      mutant.story().tell(failover, real);
      return failover.violations();
    }
  }

  /** The copy is promoted after the abort, with the row that says ACTIVE again. */
  private static void promotedAfterTheAbort(StepsByHand failover, boolean real) {
    if (!real) {
      weaken(failover, "bbm.gate", "o.timeline <> bbm.current_timeline()", "false");
    }
    failover.fence();
    giveBack(failover);
    failover.pair().awaitCaughtUp();
    failover.pair().standbyLevers().promote();

    assertThat(failover.works(failover.pair().onPrimary())).isTrue();
    assertThat(failover.works(failover.pair().onStandby())).isEqualTo(!real);
  }

  /** The source is promoted between the fence and its retirement. */
  private static void sourcePromotedAfterItsFence(StepsByHand failover, boolean real) {
    FenceToken fence = failover.untilAdopted();
    promoteTheSource(failover);

    boolean refused = StepsByHand.isRefusedForGood(() -> failover.moveOver(fence));

    assertThat(refused).isEqualTo(real);
    if (refused) {
      giveBack(failover);
    }
    assertThat(failover.works(failover.pair().onPrimary())).isEqualTo(real);
  }

  /** The stream is cut before the last sub-batches of the source. */
  private static void streamCutBeforeTheFence(StepsByHand failover, boolean real) {
    failover.pair().standbyLevers().cutStream();
    assertThat(failover.works(failover.pair().onPrimary())).isTrue();
    FenceToken fence = failover.fence();

    boolean refused =
        StepsByHand.isRefusedForGood(() -> {
          failover.promoteAndAdopt(fence);
          failover.moveOver(fence);
        });

    assertThat(refused).isEqualTo(real);
    assertThat(failover.works(failover.pair().onStandby())).isEqualTo(!real);
  }

  /** The copy is down while the abort gives back. */
  private static void copyDownAtTheAbort(StepsByHand failover, boolean real) {
    FenceToken fence = failover.untilAdopted();
    if (!real) {
      failover.steps().activate(failover.request(), fence);
    }
    failover.pair().standbyLevers().crash();
    giveBack(failover);
    failover.pair().standbyLevers().restart();

    assertThat(failover.works(failover.pair().onPrimary())).isTrue();
    assertThat(failover.works(failover.pair().onStandby())).isEqualTo(!real);
  }

  /** The copy is down when somebody wants back. */
  private static void copyDownAtTheRollback(StepsByHand failover, boolean real) {
    FenceToken fence = failover.untilAdopted();
    failover.moveOver(fence);
    failover.pair().standbyLevers().crash();

    boolean refused =
        real
            && StepsByHand.isRefusedForGood(
                () -> failover.steps().fenceCopy(failover.request(), false));

    assertThat(refused).isEqualTo(real);
    if (!refused) {
      StepsByHand.insist(() -> failover.steps().takeBack(failover.request(), 9, false, "too slow"));
    }
    failover.pair().standbyLevers().restart();
    assertThat(failover.works(failover.pair().onPrimary())).isEqualTo(!real);
    assertThat(failover.works(failover.pair().onStandby())).isTrue();
  }

  /** Somebody queues on the source once the copy has its own copy of everything. */
  private static void queuedBehindTheFence(StepsByHand failover, boolean real) {
    if (!real) {
      failover
          .pair()
          .onPrimary()
          .execute(
              """
              CREATE OR REPLACE FUNCTION bbm.gate_for_queueing(p_schema text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN END $$
              """);
    }
    FenceToken fence = failover.untilAdopted();

    assertThat(isQueued(failover, CountedTable.LOGS)).isEqualTo(!real);

    failover.moveOver(fence);
    assertThat(failover.works(failover.pair().onStandby())).isTrue();
  }

  private static void giveBack(StepsByHand failover) {
    StepsByHand.insist(() -> failover.steps().abort(failover.request(), "too slow"));
  }

  private static void weaken(StepsByHand failover, String function, String piece, String by) {
    var source = failover.pair().onPrimary();
    String text = source.value("SELECT pg_get_functiondef(?::regproc)", function);
    assertThat(text).contains(piece);
    source.execute(text.replace(piece, by));
    failover.pair().awaitCaughtUp();
  }

  private static void promoteTheSource(StepsByHand failover) {
    var levers = failover.pair().primaryLevers();
    levers.crash();
    try {
      Files.createFile(failover.pair().primary().data().resolve("standby.signal"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    levers.restart();
    levers.promote();
  }

  private static boolean isQueued(StepsByHand failover, CountedTable counted) {
    try {
      failover.pair().queue(counted);
      return true;
    } catch (IllegalStateException refused) {
      assertThat(refused).hasMessageContaining("may not be changed here");
      return false;
    }
  }
}
