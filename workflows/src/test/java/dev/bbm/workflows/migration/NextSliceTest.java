package dev.bbm.workflows.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class NextSliceTest {

  private static final Duration LONGEST = Duration.ofSeconds(60);
  private static final Instant NOW = ViewBuilder.NOON;
  private static final MigrationView VIEW = ViewBuilder.aView().build();

  private static final SliceOutcome ADVANCED = new SliceOutcome.Advanced(VIEW);
  private static final SliceOutcome STOPPED = new SliceOutcome.Stopped(VIEW);
  private static final SliceOutcome DONE = new SliceOutcome.LaneDone(VIEW);
  private static final SliceOutcome HELD = new SliceOutcome.Held(VIEW, "replica lag");
  private static final SliceOutcome SOON = waitingUntil(NOW.plusSeconds(10));
  private static final SliceOutcome LATER = waitingUntil(NOW.plusSeconds(20));

  private static final NextSlice HOLD = new NextSlice(LONGEST, "replica lag");
  private static final NextSlice OTHERS = new NextSlice(LONGEST, "jobs of other lanes are running");
  private static final NextSlice IN_10 =
      new NextSlice(Duration.ofSeconds(10), "interval runs until 2026-11-21T12:00:10Z");

  /** Every pair of kinds; both orders are tried. */
  static Stream<Arguments> pairs() {
    return Stream.of(
        argumentSet("advanced, advanced", ADVANCED, ADVANCED, Optional.empty()),
        argumentSet("advanced, stopped", ADVANCED, STOPPED, Optional.empty()),
        argumentSet("advanced, done", ADVANCED, DONE, Optional.empty()),
        argumentSet("advanced, held", ADVANCED, HELD, Optional.empty()),
        argumentSet("advanced, waiting", ADVANCED, SOON, Optional.empty()),
        argumentSet("stopped, stopped", STOPPED, STOPPED, Optional.empty()),
        argumentSet("stopped, done", STOPPED, DONE, Optional.empty()),
        argumentSet("stopped, held", STOPPED, HELD, Optional.empty()),
        argumentSet("stopped, waiting", STOPPED, SOON, Optional.empty()),
        argumentSet("done, done", DONE, DONE, Optional.of(OTHERS)),
        argumentSet("done, held", DONE, HELD, Optional.of(HOLD)),
        argumentSet("done, waiting", DONE, SOON, Optional.of(IN_10)),
        argumentSet("held, held", HELD, HELD, Optional.of(HOLD)),
        argumentSet("held, waiting", HELD, SOON, Optional.of(IN_10)),
        argumentSet("waiting, waiting", LATER, SOON, Optional.of(IN_10)));
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void takesTheShortestWaitUnlessALaneCanGoOn(
      SliceOutcome one, SliceOutcome other, Optional<NextSlice> expected) {
    assertThat(NextSlice.after(List.of(one, other), NOW, LONGEST)).isEqualTo(expected);
    assertThat(NextSlice.after(List.of(other, one), NOW, LONGEST)).isEqualTo(expected);
  }

  @Test
  void waitsAtLeastASecondSinceClocksDiffer() {
    assertThat(NextSlice.after(List.of(waitingUntil(NOW)), NOW, LONGEST))
        .get()
        .extracting(NextSlice::duration)
        .isEqualTo(Duration.ofSeconds(1));
    assertThat(NextSlice.after(List.of(waitingUntil(NOW.minusSeconds(5))), NOW, LONGEST))
        .get()
        .extracting(NextSlice::duration)
        .isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void looksAtTheRowAgainAfterTheLongestWait() {
    assertThat(NextSlice.after(List.of(waitingUntil(NOW.plusSeconds(120))), NOW, LONGEST))
        .get()
        .extracting(NextSlice::duration)
        .isEqualTo(LONGEST);
  }

  private static SliceOutcome waitingUntil(Instant notBefore) {
    return new SliceOutcome.Waiting(VIEW, notBefore);
  }
}
