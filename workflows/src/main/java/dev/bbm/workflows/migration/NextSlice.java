package dev.bbm.workflows.migration;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** How long a migration waits before its next slices, and why. */
record NextSlice(Duration duration, String reason) {

  private static final String OTHERS = "jobs of other lanes are running";

  /** Among equally short ones a hold says more than that other lanes are busy. */
  private static final Comparator<NextSlice> SHORTEST =
      Comparator.comparing(NextSlice::duration).thenComparing(wait -> wait.reason().equals(OTHERS));

  /**
   * The wait that the lanes' last slices ask for: none if one of them has more to do at once or the
   * row has to be looked at, otherwise the shortest.
   */
  static Optional<NextSlice> after(List<SliceOutcome> outcomes, Instant now, Duration longest) {
    List<Optional<NextSlice>> waits =
        outcomes.stream().map(outcome -> waitOf(outcome, now, longest)).toList();
    if (waits.stream().anyMatch(Optional::isEmpty)) {
      return Optional.empty();
    }
    return waits.stream().flatMap(Optional::stream).min(SHORTEST);
  }

  private static Optional<NextSlice> waitOf(SliceOutcome outcome, Instant now, Duration longest) {
    return switch (outcome) {
      case SliceOutcome.Advanced _, SliceOutcome.Stopped _ -> Optional.empty();
      case SliceOutcome.LaneDone _ -> Optional.of(new NextSlice(longest, OTHERS));
      case SliceOutcome.Held held -> Optional.of(new NextSlice(longest, held.reason()));
      case SliceOutcome.Waiting waiting ->
          Optional.of(
              new NextSlice(
                  between(now, waiting.notBefore(), longest),
                  "interval runs until " + waiting.notBefore()));
    };
  }

  /** At least a second: the database's clock and Temporal's may differ a little. */
  private static Duration between(Instant now, Instant until, Duration longest) {
    Duration left = Duration.between(now, until);
    if (left.compareTo(Duration.ofSeconds(1)) < 0) {
      return Duration.ofSeconds(1);
    }
    return left.compareTo(longest) > 0 ? longest : left;
  }
}
