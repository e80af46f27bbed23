package dev.bbm.starter.failover;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bbm.workflows.failover.FailoverReport;
import dev.bbm.workflows.failover.FailoverScope;
import dev.bbm.workflows.failover.FailoverState;
import dev.bbm.workflows.failover.MigrationAtFailover;
import dev.bbm.workflows.failover.MigrationVerdict;
import dev.bbm.workflows.failover.StepRecord;
import dev.bbm.workflows.migration.MigrationStatus;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** The phrases of a failover's report, in whatever form it is written. */
final class ReportWords {

  private static final ObjectMapper JSON = new ObjectMapper();

  private ReportWords() {}

  /** {@code Failover of ci: main → postgresql://db-2:5432/app}. */
  static String heading(FailoverScope scope) {
    return "Failover of %s: %s → %s, %s"
        .formatted(
            scope.toDatabase(),
            scope.fromDatabase(),
            address(scope),
            String.join(", ", scope.movedSchemas()));
  }

  /** Where the copy is, as people write it. */
  static String address(FailoverScope scope) {
    return scope.copyUrl().replaceFirst("^jdbc:", "").replaceFirst("\\?.*", "");
  }

  /** What became true by a step, for its line of the checklist. */
  static String line(FailoverReport report, StepRecord record) {
    String from = report.scope().fromDatabase();
    String outcome = record.outcome();
    return switch (record.step()) {
      case CHECK -> "checks " + outcome;
      case LABEL -> "labels: " + outcome;
      case DRAIN -> joined("drained " + took(record), outcome);
      case FENCE -> "fenced " + outcome;
      case LOCK_APP -> "application locked out: " + outcome;
      case CATCH_UP -> "standby shows the fence";
      case PROMOTE -> joined("promoted", outcome);
      case ADOPT -> "adopted as a place of its own";
      case RETIRE -> joined(from + " retired", outcome);
      case DECIDE -> joined("decided", outcome);
      case ACTIVATE -> "active on " + outcome + writePause(report);
      case REPOINT -> joined("repointed", outcome);
      case VERIFY -> "verified " + outcome;
    };
  }

  private static String joined(String head, String tail) {
    return tail.isEmpty() ? head : head + ", " + tail;
  }

  private static String writePause(FailoverReport report) {
    return report.writePause() == null
        ? ""
        : " (write-pause %s)".formatted(seconds(report.writePause()));
  }

  static String took(StepRecord record) {
    return seconds(Duration.between(record.beganAt(), record.endedAt()));
  }

  static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.2f s", duration.toMillis() / 1000.0);
  }

  /** A limit as people say it: {@code 60 s}, {@code 9 min}. */
  static String roughly(Duration duration) {
    if (duration.compareTo(Duration.ofMinutes(2)) < 0) {
      return duration.toSeconds() + " s";
    }
    return duration.compareTo(Duration.ofHours(2)) < 0
        ? Math.ceilDiv(duration.toSeconds(), 60) + " min"
        : Math.ceilDiv(duration.toMinutes(), 60) + " h";
  }

  /** {@code main_2 stopped at id 612000 → ci_2 started at id 612000: moved at its cursor}. */
  static String line(MigrationVerdict migration) {
    MigrationAtFailover fenced = migration.atFence();
    MigrationAtFailover started = migration.atStart();
    return Stream.of(
                fenced == null ? null : "%s stopped at %s".formatted(fenced.id(), at(fenced)),
                started == null ? null : "%s started at %s".formatted(started.id(), at(started)))
            .filter(Objects::nonNull)
            .collect(Collectors.joining(" → "))
        + ": "
        + migration.verdict();
  }

  /** {@code id 612000}, {@code (a, b) (1, 2)}. */
  static String at(MigrationAtFailover migration) {
    return migration.columnName() + " " + cursor(migration.cursor());
  }

  /** A JSON array of key values without its quotes. */
  static String cursor(String json) {
    try {
      JsonNode values = JSON.readTree(json);
      String text =
          StreamSupport.stream(values.spliterator(), false)
              .map(JsonNode::asText)
              .collect(Collectors.joining(", "));
      return values.size() == 1 ? text : "(%s)".formatted(text);
    } catch (JsonProcessingException unknown) {
      return json;
    }
  }

  /** What is or would be done again when the decision is taken back; empty before it. */
  static List<String> redone(FailoverReport report) {
    boolean back = report.state() == FailoverState.ROLLED_BACK;
    if (!back && report.state() != FailoverState.MOVED) {
      return List.of();
    }
    return report.migrations().stream()
        .filter(it -> movedAway(report.scope(), it.atFence(), it.atStart()))
        .map(MigrationVerdict::atFence)
        .filter(Objects::nonNull)
        .map(it ->
            "%s %s on %s from %s: what %s changed after it is dropped"
                .formatted(
                    it.id(),
                    back ? "is done again" : "would be done again",
                    report.scope().fromDatabase(),
                    at(it),
                    report.scope().toDatabase()))
        .toList();
  }

  private static boolean movedAway(
      FailoverScope scope,
      @Nullable MigrationAtFailover fenced,
      @Nullable MigrationAtFailover started) {
    return fenced != null
        && started != null
        && scope.moves(fenced.gitlabSchema())
        && !fenced.status().equals(MigrationStatus.QUARANTINED.word());
  }
}
