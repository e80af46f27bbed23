package dev.bbm.workflows.failover;

import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the workflow knows so far, and shows as its page and its report. */
final class FailoverProgress {

  private final FailoverScope scope;
  private final Instant startedAt;
  private final List<StepRecord> steps = new ArrayList<>();
  private final List<HookResult> hooks = new ArrayList<>();
  private List<CheckResult> checks = List.of();
  private List<String> relabelled = List.of();
  private List<MigrationVerdict> migrations = List.of();
  private FailoverState state = FailoverState.RUNNING;
  private @Nullable FailoverStep step;
  private @Nullable Instant stepBegan;
  private @Nullable String waitingFor;
  private @Nullable Instant waitingUntil;
  private @Nullable String reason;
  private @Nullable Instant endedAt;

  FailoverProgress(FailoverScope scope) {
    this.scope = scope;
    this.startedAt = now();
  }

  void begin(FailoverStep begun) {
    step = begun;
    stepBegan = now();
    show();
  }

  void end(FailoverStep ended, String outcome) {
    Instant began = stepBegan == null ? now() : stepBegan;
    steps.removeIf(record -> record.step() == ended);
    steps.add(new StepRecord(ended, began, now(), outcome));
    show();
  }

  /** A null patience has no end. */
  void waitFor(String person, @Nullable Duration patience) {
    waitingFor = person;
    waitingUntil = patience == null ? null : now().plus(patience);
    show();
  }

  void waitForNobody() {
    waitingFor = null;
    waitingUntil = null;
    show();
  }

  boolean hasEnded() {
    return endedAt != null;
  }

  void enter(FailoverState entered, @Nullable String why) {
    state = entered;
    reason = why;
    if (entered != FailoverState.MOVED) {
      step = null;
    }
    show();
  }

  void trouble(@Nullable String why) {
    reason = why;
    show();
  }

  void add(HookResult hook) {
    hooks.add(hook);
  }

  void checked(List<CheckResult> results) {
    var all = new ArrayList<>(checks);
    all.removeIf(known -> results.stream().anyMatch(it -> it.code().equals(known.code())));
    all.addAll(results);
    checks = all;
  }

  void relabelled(List<String> sentences) {
    relabelled = sentences;
  }

  void migrations(List<MigrationVerdict> verdicts) {
    migrations = verdicts;
  }

  void finish() {
    step = null;
    endedAt = now();
    show();
  }

  FailoverState state() {
    return state;
  }

  @Nullable FailoverStep step() {
    return step;
  }

  FailoverReport report() {
    return new FailoverReport(
        scope,
        state,
        step,
        waitingFor,
        reason,
        startedAt,
        endedAt,
        steps,
        checks,
        relabelled,
        hooks,
        migrations,
        writePause());
  }

  private @Nullable Duration writePause() {
    Instant fenced = null;
    Instant active = null;
    for (StepRecord record : steps) {
      if (record.step() == FailoverStep.FENCE) {
        fenced = record.beganAt();
      } else if (record.step() == FailoverStep.ACTIVATE) {
        active = record.endedAt();
      }
    }
    return fenced == null || active == null ? null : Duration.between(fenced, active);
  }

  private void show() {
    Workflow.setCurrentDetails(FailoverDetails.of(report(), waitingUntil, now()));
  }

  static Instant now() {
    return Instant.ofEpochMilli(Workflow.currentTimeMillis());
  }
}
