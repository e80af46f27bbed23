package dev.bbm.workflows.failover;

import dev.bbm.workflows.migration.Markdown;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The page of a failover in Temporal's Web UI (User Metadata, Current Details): a checklist, first
 * of all what a person is to do now.
 */
final class FailoverDetails {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private FailoverDetails() {}

  static String of(FailoverReport report, @Nullable Instant waitingUntil, Instant now) {
    return """
    ## %s
    %sAs of %s (press R)

    %s

    %s%s
    """
        .formatted(
            headline(report),
            explanation(report, waitingUntil),
            TIME.format(now),
            checklist(report),
            corrections(report),
            offers(report));
  }

  private static String headline(FailoverReport report) {
    String name = "failover of %s".formatted(report.scope().toDatabase());
    if (report.waitingFor() != null) {
      return "▶ Waiting for you: " + Markdown.plain(report.waitingFor());
    }
    return switch (report.state()) {
      case RUNNING ->
          report.step() == null ? "▶ " + name : "▶ %s: %s".formatted(name, report.step().action());
      case MOVED ->
          report.step() == null
              ? "✓ %s is done".formatted(name)
              : "▶ Moved: " + report.step().action();
      case ABORTED -> "■ %s was aborted: everything is back".formatted(name);
      case ROLLED_BACK -> "■ %s was rolled back: everything is back".formatted(name);
    };
  }

  private static String explanation(FailoverReport report, @Nullable Instant waitingUntil) {
    var text = new StringBuilder();
    if (waitingUntil != null) {
      text.append("Aborts by itself at %s. ".formatted(TIME.format(waitingUntil)));
    }
    if (report.reason() != null) {
      text.append(Markdown.plain(report.reason())).append(". ");
    }
    if (report.state() == FailoverState.RUNNING && report.step() != null) {
      text.append(
          isReversible(report)
              ? "Reversible until step 9. "
              : "No abort any more: forward, or a rollback. ");
      fencedAt(report)
          .ifPresent(
              at -> text.append("Moved migrations wait since %s. ".formatted(TIME.format(at))));
    }
    if (report.writePause() != null) {
      text.append("Write-pause %s. ".formatted(seconds(report.writePause())));
    }
    return text.toString();
  }

  private static Optional<Instant> fencedAt(FailoverReport report) {
    return find(report, FailoverStep.FENCE).map(StepRecord::beganAt);
  }

  private static Optional<StepRecord> find(FailoverReport report, FailoverStep step) {
    return report.steps().stream().filter(it -> it.step() == step).findFirst();
  }

  private static String checklist(FailoverReport report) {
    return Arrays.stream(FailoverStep.values())
        .map(step -> line(report, step))
        .collect(Collectors.joining("\n"));
  }

  private static String line(FailoverReport report, FailoverStep step) {
    return find(report, step)
        .map(done ->
            "- [x] %d %s%s · %s"
                .formatted(
                    step.number(),
                    step.state(),
                    done.outcome().isEmpty() ? "" : ": " + Markdown.plain(done.outcome()),
                    seconds(Duration.between(done.beganAt(), done.endedAt()))))
        .orElseGet(() ->
            step == report.step()
                ? "- [ ] **%d %s ← here**".formatted(step.number(), step.action())
                : "- [ ] %d %s".formatted(step.number(), step.action()));
  }

  /**
   * What step 1 changed: labels, and migrations that wait until somebody classifies their table.
   */
  private static String corrections(FailoverReport report) {
    return report.relabelled().isEmpty()
        ? ""
        : report.relabelled().stream()
            .map(it -> "- " + Markdown.plain(it))
            .collect(Collectors.joining("\n", "**Relabelled**\n\n", "\n\n"));
  }

  private static String offers(FailoverReport report) {
    if (report.endedAt() != null) {
      return "Report: `./bbm failover status %s`".formatted(report.scope().toDatabase());
    }
    String way =
        isReversible(report)
            ? "- `abort` with `{\"reason\": \"…\"}`"
            : "- `rollback` with `{\"reason\": \"…\"}`";
    String answer =
        report.waitingFor() == null
            ? ""
            : "- `%s` with `{\"by\": \"you\"}`%n"
                .formatted(report.waitingFor().endsWith("send promoted") ? "promoted" : "approve");
    String runbook = report.step() == null ? "" : ", step %d".formatted(report.step().number());
    return """
    **If stuck** (More Actions → Send an Update → one JSON object; runbook: docs/failover.md%s)

    %s%s
    - No line moves? Nobody hosts it: `./bbm failover resume %s`\
    """
        .formatted(runbook, answer, way, report.scope().toDatabase());
  }

  /** Where it waits for a person before the decision, nothing of the decision was done. */
  private static boolean isReversible(FailoverReport report) {
    return report.state() == FailoverState.RUNNING
        && (report.step() == null || report.step().isReversible() || report.waitingFor() != null);
  }

  static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.2f s", duration.toMillis() / 1000.0);
  }
}
