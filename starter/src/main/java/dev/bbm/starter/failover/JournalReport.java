package dev.bbm.starter.failover;

import dev.bbm.activities.failover.JournalEntry;
import dev.bbm.activities.failover.JournalMapper;
import dev.bbm.activities.failover.JournalStep;
import dev.bbm.activities.failover.MigrationVerdicts;
import dev.bbm.activities.topology.Database;
import dev.bbm.starter.config.Settings;
import dev.bbm.workflows.failover.Decision;
import dev.bbm.workflows.failover.FailoverReport;
import dev.bbm.workflows.failover.FailoverScope;
import dev.bbm.workflows.failover.FailoverState;
import dev.bbm.workflows.failover.FailoverStep;
import dev.bbm.workflows.failover.StepRecord;
import dev.bbm.workflows.failure.ErrorCode;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A failover's report by the journal alone, for when Temporal does not know it any more. */
public final class JournalReport {

  private static final Pattern EPOCH = Pattern.compile("=(\\d+)}");

  private JournalReport() {}

  /** As far as the journal of its source tells. */
  public static FailoverReport of(Settings settings, JournalEntry entry) {
    FailoverScope scope = entry.toRequest().scope();
    try (FailoverDatabases databases = FailoverDatabases.open(settings, scope)) {
      List<StepRecord> steps = steps(entry, read(databases.servers().source(), entry.id()));
      boolean ended = !entry.isUnfinished();
      return new FailoverReport(
          scope,
          state(entry),
          ended ? null : next(steps),
          null,
          entry.reason(),
          entry.startedAt(),
          ended ? endedAt(entry, steps) : null,
          steps,
          List.of(),
          List.of(),
          List.of(),
          new MigrationVerdicts(databases.servers()).of(scope),
          writePause(steps));
    }
  }

  private static List<JournalStep> read(Database source, String failover) {
    return source
        .transactions()
        .reading(session -> session.getMapper(JournalMapper.class).listSteps(failover));
  }

  private static FailoverState state(JournalEntry entry) {
    if (entry.rolledBack()) {
      return FailoverState.ROLLED_BACK;
    }
    return switch (entry.decision()) {
      case null -> FailoverState.RUNNING;
      case Decision.COMMIT -> FailoverState.MOVED;
      case Decision.ABORT -> FailoverState.ABORTED;
    };
  }

  /** The last success of each step. */
  private static List<StepRecord> steps(JournalEntry entry, List<JournalStep> recorded) {
    Map<FailoverStep, StepRecord> last = new EnumMap<>(FailoverStep.class);
    for (JournalStep step : recorded) {
      find(step.step())
          .filter(_ -> succeeded(step))
          .ifPresent(it ->
              last.put(
                  it,
                  new StepRecord(it, step.beganAt(), step.endedAt(), outcome(entry, it, step))));
    }
    return List.copyOf(last.values());
  }

  private static Optional<FailoverStep> find(String name) {
    return Arrays.stream(FailoverStep.values()).filter(it -> it.name().equals(name)).findFirst();
  }

  /** A failure is recorded with its code before the colon. */
  private static boolean succeeded(JournalStep step) {
    return Arrays.stream(ErrorCode.values())
        .noneMatch(code -> step.outcome().startsWith(code.name() + ": "));
  }

  /** The journal keeps what the step returned. */
  private static String outcome(JournalEntry entry, FailoverStep step, JournalStep recorded) {
    String result = recorded.outcome();
    return switch (step) {
      case FENCE -> {
        var epoch = EPOCH.matcher(result);
        yield epoch.find()
            ? "%s, epoch %s".formatted(entry.fromDatabase(), epoch.group(1))
            : entry.fromDatabase();
      }
      case LOCK_APP, REPOINT -> result + " tables locked";
      case CATCH_UP -> result;
      case PROMOTE -> "timeline " + result;
      case RETIRE -> result + " migrations transferred";
      case DECIDE -> "no way back without rollback";
      case ACTIVATE -> "%s, epoch %s".formatted(entry.toDatabase(), result);
      case LABEL -> result.equals("[]") ? "nothing to change" : result;
      case CHECK, DRAIN, ADOPT, VERIFY -> "";
    };
  }

  private static @Nullable FailoverStep next(List<StepRecord> steps) {
    List<FailoverStep> done = steps.stream().map(StepRecord::step).toList();
    return Arrays.stream(FailoverStep.values())
        .filter(step -> !done.contains(step))
        .findFirst()
        .orElse(null);
  }

  private static @Nullable Instant endedAt(JournalEntry entry, List<StepRecord> steps) {
    return entry.isMoved() && !steps.isEmpty() ? steps.getLast().endedAt() : entry.decidedAt();
  }

  private static @Nullable Duration writePause(List<StepRecord> steps) {
    Optional<StepRecord> fence = find(steps, FailoverStep.FENCE);
    Optional<StepRecord> active = find(steps, FailoverStep.ACTIVATE);
    return fence.isPresent() && active.isPresent()
        ? Duration.between(fence.get().beganAt(), active.get().endedAt())
        : null;
  }

  private static Optional<StepRecord> find(List<StepRecord> steps, FailoverStep step) {
    return steps.stream().filter(it -> it.step() == step).findFirst();
  }
}
