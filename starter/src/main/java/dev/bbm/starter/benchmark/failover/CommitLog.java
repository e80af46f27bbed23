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

  /** The longest time without a commit that overlaps the given one. */
  synchronized Duration longestPause(Instant from, Instant to) {
    Duration longest = Duration.ZERO;
    Instant before = from;
    for (Instant commit : commits) {
      if (commit.isAfter(from)) {
        longest = longer(longest, Duration.between(before, commit));
      }
      before = commit;
      if (commit.isAfter(to)) {
        return longest;
      }
    }
    return longer(longest, Duration.between(before, to));
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) >= 0 ? one : other;
  }
}
