package dev.bbm.starter.benchmark.failover;

import dev.bbm.activities.failover.JournalMapper;
import dev.bbm.activities.failover.JournalStep;
import dev.bbm.workflows.failover.FailoverStep;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** When the steps of the one failover began and ended, as the source's journal has it. */
record FailoverJournal(List<JournalStep> steps) {

  static FailoverJournal of(BenchmarkPlace source) {
    return source
        .database()
        .transactions()
        .reading(session -> {
          JournalMapper journal = session.getMapper(JournalMapper.class);
          return new FailoverJournal(
              journal.listSteps(journal.listFailovers(null).getFirst().id()));
        });
  }

  Instant began(FailoverStep step) {
    return find(step).beganAt();
  }

  Instant ended(FailoverStep step) {
    return find(step).endedAt();
  }

  Duration of(FailoverStep step) {
    return Duration.between(began(step), ended(step));
  }

  /** Fence to activate. */
  Duration writePause() {
    return Duration.between(began(FailoverStep.FENCE), ended(FailoverStep.ACTIVATE));
  }

  /** The parts of the write-pause; with the way from one step to the next they add up to it. */
  Map<String, Duration> parts() {
    var parts = new LinkedHashMap<String, Duration>();
    Instant since = began(FailoverStep.FENCE);
    for (FailoverStep step : FailoverStep.values()) {
      if (step.compareTo(FailoverStep.FENCE) >= 0 && step.compareTo(FailoverStep.ACTIVATE) <= 0) {
        parts.put(step.name().toLowerCase(Locale.ROOT), Duration.between(since, ended(step)));
        since = ended(step);
      }
    }
    return parts;
  }

  /** As it succeeded: the last time that it was tried. */
  private JournalStep find(FailoverStep step) {
    return steps.stream()
        .filter(it -> it.step().equals(step.name()))
        .reduce((_, later) -> later)
        .orElseThrow(() -> new IllegalStateException("the journal has no step " + step));
  }
}
