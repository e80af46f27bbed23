package dev.bbm.starter.benchmark.failover;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** When one writer's transactions were committed. */
final class CommitLog {

  private final List<Instant> commits = new ArrayList<>();

  synchronized void add(Instant commit) {
    commits.add(commit);
  }

  synchronized int size() {
    return commits.size();
  }

  /** The longest time between two commits that overlaps the given one. */
  synchronized Duration longestPause(Instant from, Instant to) {
    Duration longest = Duration.ZERO;
    for (int n = 1; n < commits.size(); n++) {
      Instant before = commits.get(n - 1);
      Instant after = commits.get(n);
      if (after.isAfter(from) && before.isBefore(to)) {
        Duration pause = Duration.between(before, after);
        longest = pause.compareTo(longest) > 0 ? pause : longest;
      }
    }
    return longest;
  }
}
