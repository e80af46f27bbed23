package dev.bbm.workflows.failover;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a failover stands or ended.
 *
 * @param state running, moved, aborted, rolled back
 * @param waitingFor what a person is to do now; null for nothing
 * @param reason why it was aborted or rolled back, or what a step waits for; null for nothing
 * @param writePause from the fence to the activation; null until both are known
 * @param relabelled what step 1 changed, each one sentence
 */
public record FailoverReport(
    FailoverScope scope,
    FailoverState state,
    @Nullable FailoverStep step,
    @Nullable String waitingFor,
    @Nullable String reason,
    Instant startedAt,
    @Nullable Instant endedAt,
    List<StepRecord> steps,
    List<CheckResult> checks,
    List<String> relabelled,
    List<HookResult> hooks,
    List<MigrationVerdict> migrations,
    @Nullable Duration writePause) {

  public FailoverReport {
    steps = List.copyOf(steps);
    checks = List.copyOf(checks);
    relabelled = List.copyOf(relabelled);
    hooks = List.copyOf(hooks);
    migrations = List.copyOf(migrations);
  }
}
