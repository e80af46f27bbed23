package dev.bbm.starter.command;

import dev.bbm.activities.failover.JournalEntry;
import dev.bbm.starter.config.TemporalConnection;
import dev.bbm.starter.failover.FailoverMarkdown;
import dev.bbm.starter.failover.FailoverRuns;
import dev.bbm.starter.failover.FailoverText;
import dev.bbm.starter.failover.JournalReport;
import dev.bbm.workflows.failover.FailoverReport;
import dev.bbm.workflows.failover.FailoverRequest;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCategory;
import dev.bbm.workflows.failure.ErrorCode;
import dev.bbm.workflows.failure.ExitCode;
import io.micronaut.context.annotation.Prototype;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows how a failover stands or ended. */
@Prototype
@Command(
    name = "status",
    description = "Show how the last failover to a database stands or ended.",
    footer = {"", "Without Temporal it is read from the journal in the databases."},
    exitCodeList = {
      "0:shown",
      "2:no such database",
      "3:there was no failover to it yet",
      "69:no database answers"
    })
final class FailoverStatusCommand implements Callable<Integer> {

  /** How the report is written. */
  enum Format {
    TEXT,
    JSON,
    MARKDOWN
  }

  @Spec private CommandSpec spec;

  @Mixin private FailoverTarget target;

  @Option(
      names = "--output",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "${COMPLETION-CANDIDATES} (default: text).")
  private Format format;

  private final Failovers failovers;

  FailoverStatusCommand(Failovers failovers) {
    this.failovers = failovers;
  }

  @Override
  public Integer call() {
    failovers.settings().database(target.name());
    FailoverReport report = fromTemporal().orElseGet(this::fromJournal);
    out()
        .println(
            switch (format) {
              case TEXT -> FailoverText.status(report);
              case JSON -> Json.write(report);
              case MARKDOWN -> FailoverMarkdown.of(report).stripTrailing();
            });
    out().flush();
    return ExitCode.DONE.code();
  }

  /** Of the workflow that runs or ended last; empty where only the journal can tell. */
  private Optional<FailoverReport> fromTemporal() {
    try (TemporalConnection temporal = failovers.temporal()) {
      temporal.requireServer();
      var runs = new FailoverRuns(temporal);
      Optional<FailoverRequest> running = runs.findRunning(target.name());
      if (running.isEmpty()) {
        return runs.findEnded(target.name())
            .filter(it -> !it.steps().isEmpty() || FailoverText.untouched(it))
            .filter(this::isNewest);
      }
      Optional<FailoverReport> progress = runs.progress(target.name());
      if (progress.isEmpty()) {
        warn("nobody hosts it: ./bbm failover resume " + target.name());
      }
      return progress;
    } catch (ApplicationException silent) {
      if (silent.code().category() != ErrorCategory.UNAVAILABLE) {
        throw silent;
      }
      warn("%s; this is the journal".formatted(silent.getMessage()));
      return Optional.empty();
    }
  }

  /** Temporal may remember one of other databases by the same name. */
  private boolean isNewest(FailoverReport ended) {
    return failovers
        .journal()
        .newest(target.name())
        .filter(it -> it.id().equals(ended.scope().id()))
        .isPresent();
  }

  private FailoverReport fromJournal() {
    return failovers
        .journal()
        .newest(target.name())
        .map(entry -> JournalReport.of(failovers.settings(), entry))
        .orElseThrow(() ->
            ApplicationException.of(
                ErrorCode.FAILOVER_REFUSED,
                "there was no failover to \"%s\" yet".formatted(target.name()),
                "./bbm failover plan " + target.name()));
  }

  /** How one that has ended ended. */
  static String word(JournalEntry entry) {
    String reason = entry.reason() == null ? "" : ": " + entry.reason();
    if (entry.rolledBack()) {
      return "rolled back" + reason;
    }
    return entry.isMoved() ? "moved" : "aborted" + reason;
  }

  private void warn(String sentence) {
    spec.commandLine().getErr().println("warning: " + sentence);
    spec.commandLine().getErr().flush();
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
