package dev.bbm.starter.failover;

import static dev.bbm.starter.failover.ReportWords.seconds;
import static dev.bbm.starter.failover.ReportWords.took;

import dev.bbm.workflows.failover.FailoverReport;
import dev.bbm.workflows.failover.MigrationAtFailover;
import dev.bbm.workflows.failover.MigrationVerdict;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A failover's report as a page to keep. */
public final class FailoverMarkdown {

  private FailoverMarkdown() {}

  /** The whole page; sections without content are left out. */
  public static String of(FailoverReport report) {
    return Stream.of(
            head(report),
            section(
                "Migrations",
                "| migration | gitlab_schema | at the fence | rows | at the start | rows | verdict |",
                report.migrations(),
                FailoverMarkdown::migration),
            section("Relabelled", null, report.relabelled(), it -> "- " + it),
            section(
                "Steps",
                "| step | began | took | outcome |",
                report.steps(),
                it ->
                    row(
                        it.step().number() + " " + it.step().state(),
                        time(it.beganAt()),
                        took(it),
                        it.outcome())),
            section(
                "Checks",
                "| check | what | result |",
                report.checks(),
                it ->
                    row(
                        it.code(),
                        it.title(),
                        it.passed() ? "✓ " + it.note() : "✗ " + String.join("; ", it.problems()))),
            section(
                "Hooks",
                "| hook | exit code | took | output |",
                report.hooks(),
                it ->
                    row(
                        (it.undo() ? "undo " : "") + it.hook().key(),
                        String.valueOf(it.exitCode()),
                        seconds(it.took()),
                        it.output())),
            section("Rollback", null, ReportWords.redone(report), it -> "- " + it))
        .filter(it -> !it.isEmpty())
        .collect(Collectors.joining("\n"));
  }

  private static String head(FailoverReport report) {
    return """
    # Failover of %s: %s

    - %s → %s at %s
    - Moved: %s
    - Id: %s
    - Began %s%s
    - Write-pause, from the fence to the activation: %s%s
    """
        .formatted(
            report.scope().toDatabase(),
            report.state().word(),
            report.scope().fromDatabase(),
            report.scope().toDatabase(),
            ReportWords.address(report.scope()),
            String.join(", ", report.scope().movedSchemas()),
            report.scope().id(),
            time(report.startedAt()),
            ended(report.startedAt(), report.endedAt()),
            report.writePause() == null ? "none" : seconds(report.writePause()),
            report.reason() == null ? "" : "\n- Reason: " + report.reason());
  }

  private static String ended(Instant began, @Nullable Instant ended) {
    return ended == null
        ? ", not ended"
        : ", ended %s after %s".formatted(time(ended), seconds(Duration.between(began, ended)));
  }

  private static String migration(MigrationVerdict verdict) {
    MigrationAtFailover fenced = verdict.atFence();
    MigrationAtFailover started = verdict.atStart();
    MigrationAtFailover either = Objects.requireNonNull(fenced == null ? started : fenced);
    return row(
        "%s on %s.%s".formatted(either.jobClassName(), either.tableName(), either.columnName()),
        either.gitlabSchema(),
        cursor(fenced),
        rows(fenced),
        cursor(started),
        rows(started),
        verdict.verdict());
  }

  private static String cursor(@Nullable MigrationAtFailover migration) {
    return migration == null ? "–" : migration.id() + " at " + ReportWords.at(migration);
  }

  private static String rows(@Nullable MigrationAtFailover migration) {
    return migration == null ? "–" : String.valueOf(migration.rows());
  }

  private static <T> String section(
      String title, @Nullable String header, List<T> items, Function<T, String> line) {
    if (items.isEmpty()) {
      return "";
    }
    String body = items.stream().map(line).collect(Collectors.joining("\n"));
    return "## %s\n\n%s%s\n".formatted(title, header == null ? "" : headerOf(header), body);
  }

  private static String headerOf(String header) {
    return "%s\n%s\n".formatted(header, header.replaceAll("[^|]+", " --- "));
  }

  private static String row(String... cells) {
    return Stream.of(cells)
        .map(cell -> cell.replace("|", "\\|").replaceAll("\\s*\n\\s*", " "))
        .collect(Collectors.joining(" | ", "| ", " |"));
  }

  private static String time(Instant instant) {
    return instant.truncatedTo(ChronoUnit.MILLIS).toString();
  }
}
