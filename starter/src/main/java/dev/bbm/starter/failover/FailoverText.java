package dev.bbm.starter.failover;

import static dev.bbm.starter.failover.ReportWords.took;

import dev.bbm.workflows.failover.CheckResult;
import dev.bbm.workflows.failover.FailoverReport;
import dev.bbm.workflows.failover.FailoverState;
import dev.bbm.workflows.failover.FailoverStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A failover's report for a terminal. */
public final class FailoverText {

  private FailoverText() {}

  /** Where it stands: checklist, what a person is to do, migrations. */
  public static String status(FailoverReport report) {
    var lines = new ArrayList<String>();
    lines.add(ReportWords.heading(report.scope()));
    lines.add("  " + state(report));
    for (FailoverStep step : FailoverStep.values()) {
      checklist(report, step).ifPresent(lines::add);
    }
    if (report.waitingFor() != null) {
      lines.add("  ▶ waiting for you: " + report.waitingFor());
      lines.add("    " + FailoverLines.command(report));
    }
    report.migrations().forEach(it -> lines.add(ReportWords.line(it)));
    return String.join("\n", lines);
  }

  /** What came of it and what to type next. */
  public static String ending(FailoverReport report) {
    var lines = new ArrayList<String>();
    report.migrations().forEach(it -> lines.add(ReportWords.line(it)));
    failed(report.checks()).forEach(lines::add);
    lines.add(state(report));
    lines.add(next(report));
    return String.join("\n", lines);
  }

  /** The problems of the checks that did not pass, each on a line. */
  public static List<String> failed(List<CheckResult> checks) {
    return checks.stream()
        .filter(it -> !it.passed())
        .flatMap(it -> it.problems().stream().map(problem -> "✗ " + it.code() + " " + problem))
        .toList();
  }

  private static String state(FailoverReport report) {
    String reason = report.reason() == null ? "" : ": " + report.reason();
    return switch (report.state()) {
      case RUNNING -> "runs" + at(report) + reason;
      case MOVED ->
          report.endedAt() == null
              ? "moved, not finished" + at(report) + reason
              : "moved: %s runs %s"
                  .formatted(
                      report.scope().toDatabase(),
                      String.join(", ", report.scope().movedSchemas()));
      case ABORTED -> "aborted, everything is back" + reason;
      case ROLLED_BACK -> "rolled back, everything is back" + reason;
    };
  }

  private static String at(FailoverReport report) {
    FailoverStep step = report.step();
    return step == null ? "" : ", at step %d: %s".formatted(step.number(), step.action());
  }

  private static Optional<String> checklist(FailoverReport report, FailoverStep step) {
    return report.steps().stream()
        .filter(it -> it.step() == step)
        .findFirst()
        .map(it ->
            "  ✓ %2d %s (%s)".formatted(step.number(), ReportWords.line(report, it), took(it)))
        .or(() ->
            report.state() == FailoverState.RUNNING || step == report.step()
                ? Optional.of(
                    "  %s %2d %s"
                        .formatted(step == report.step() ? "▶" : "·", step.number(), step.action()))
                : Optional.empty());
  }

  private static String next(FailoverReport report) {
    String target = report.scope().toDatabase();
    return switch (report.state()) {
      case RUNNING -> "next: ./bbm failover resume " + target;
      case MOVED ->
          "next: ./bbm list; when nobody wants back any more: ./bbm failover cleanup " + target;
      case ABORTED ->
          untouched(report)
              ? "nothing was changed; next: ./bbm failover plan " + target
              : "next: ./bbm list; a promoted standby must be built anew before ./bbm failover plan "
                  + target;
      case ROLLED_BACK ->
          "next: ./bbm list; the copy must be built anew before ./bbm failover plan " + target;
    };
  }

  /** Whether it ended at its checks. */
  public static boolean untouched(FailoverReport report) {
    return report.state() == FailoverState.ABORTED && report.steps().isEmpty();
  }
}
