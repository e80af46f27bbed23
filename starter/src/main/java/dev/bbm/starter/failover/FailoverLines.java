package dev.bbm.starter.failover;

import dev.bbm.workflows.failover.FailoverReport;
import dev.bbm.workflows.failover.FailoverState;
import dev.bbm.workflows.failover.FailoverStep;
import dev.bbm.workflows.failover.StepRecord;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A failover as lines that appear one after the other while it goes on. */
public final class FailoverLines {

  private final Consumer<String> out;
  private final Set<FailoverStep> told = EnumSet.noneOf(FailoverStep.class);
  private boolean headed;
  private @Nullable String waitingFor;
  private @Nullable String trouble;

  public FailoverLines(Consumer<String> out) {
    this.out = out;
  }

  /** Tells what is new since the last time. */
  public void show(FailoverReport report) {
    if (!headed) {
      headed = true;
      out.accept(ReportWords.heading(report.scope()));
    }
    report.steps().stream()
        .filter(record -> told.add(record.step()))
        .forEach(record -> step(report, record));
    if (!Objects.equals(waitingFor, report.waitingFor())) {
      waitingFor = report.waitingFor();
      if (waitingFor != null) {
        out.accept("  ▶ waiting for you: %s".formatted(waitingFor));
        out.accept("    in another terminal: " + command(report));
      }
    }
    if (report.endedAt() == null && !Objects.equals(trouble, report.reason())) {
      trouble = report.reason();
      if (trouble != null) {
        out.accept("  ! " + trouble);
      }
    }
  }

  private void step(FailoverReport report, StepRecord record) {
    if (record.step() == FailoverStep.LABEL && !report.relabelled().isEmpty()) {
      report
          .relabelled()
          .forEach(sentence ->
              out.accept(
                  sentence.contains(" quarantined: ")
                      ? "  ! " + sentence
                      : "  ✓ relabelled " + sentence));
      return;
    }
    out.accept("  ✓ " + ReportWords.line(report, record));
  }

  /** What a person types for whom it waits. */
  static String command(FailoverReport report) {
    String target = report.scope().toDatabase();
    boolean promotion =
        report.state() == FailoverState.RUNNING
            && report.step() == FailoverStep.PROMOTE
            && String.valueOf(report.waitingFor()).startsWith("promote ");
    String word = promotion ? "promoted" : "approve";
    String back = report.state() == FailoverState.RUNNING ? "abort" : "rollback";
    return "./bbm failover %s %s, or ./bbm failover %s %s --reason \"…\""
        .formatted(word, target, back, target);
  }
}
