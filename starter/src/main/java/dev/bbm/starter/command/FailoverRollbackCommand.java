package dev.bbm.starter.command;

import dev.bbm.activities.failover.JournalEntry;
import dev.bbm.starter.config.TemporalConnection;
import dev.bbm.starter.failover.FailoverText;
import dev.bbm.workflows.failover.FailoverMessage;
import dev.bbm.workflows.failover.FailoverReport;
import dev.bbm.workflows.failover.FailoverState;
import dev.bbm.workflows.failover.RollbackRequest;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import io.micronaut.context.annotation.Prototype;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Takes a failover back after its decision. */
@Prototype
@Command(
    name = "rollback",
    description = "Take a failover back after step 9, until ./bbm failover cleanup.",
    footer = {
      "",
      "Fences the new database first. What migrations changed there since the fence is dropped and done again on the",
      "source, once; what the application wrote there is lost. With your own logical replication back to the source, which",
      "must carry bbm's rows too, nothing is dropped: docs/failover.md."
    },
    exitCodeList = {
      "0:rolled back, now or before",
      "1:it ended in another way",
      "2:no such database, or no reason",
      "3:refused or not confirmed: it is not decided, was cleaned up, or there was none",
      "69:Temporal or a database does not answer"
    })
final class FailoverRollbackCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private FailoverTarget target;

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      required = true,
      description = "Kept in the journal and in the report.")
  private String reason;

  @Option(
      names = "--copy-is-stopped",
      description =
          "The new database does not answer, and you made sure that it accepts nothing: stopped or cut off.")
  private boolean copyIsStopped;

  @Option(names = "--yes", description = "Do not ask.")
  private boolean yes;

  @Mixin private ReportFile file;

  private final Failovers failovers;
  private final FailoverWord word;
  private final Confirmation confirmation;

  FailoverRollbackCommand(Failovers failovers, FailoverWord word, Confirmation confirmation) {
    this.failovers = failovers;
    this.word = word;
    this.confirmation = confirmation;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    file.requireWritable();
    String name = failovers.settings().database(target.name()).name();
    JournalEntry entry = failovers.journal().newest(name).orElseThrow(() -> none(name));
    if (entry.rolledBack()) {
      out().println("%s was rolled back already".formatted(name));
      return 0;
    }
    requirePossible(entry);
    boolean comesBack = failovers.checkRollback(entry, copyIsStopped);
    if (!yes) {
      confirmation.require(question(entry, comesBack), "--yes", out());
    }
    try (TemporalConnection temporal = failovers.temporal()) {
      FailoverMessage message = failovers.message(reason, copyIsStopped);
      Optional<FailoverWord.Answer> running = word.send(temporal, name, "rollback", message, out());
      FailoverReport report =
          running.isPresent() ? told(running.get()) : begin(temporal, entry, message);
      file.write(report, spec.commandLine().getErr());
      return Failovers.endingAs(FailoverState.ROLLED_BACK, report).code();
    }
  }

  private static String question(JournalEntry entry, boolean comesBack) {
    return comesBack
        ? "Go on at %s, with what %s changed since %s, which came back?"
            .formatted(entry.fromDatabase(), entry.toDatabase(), Figures.time(entry.decidedAt()))
        : "Drop what %s changed since %s, and go on at %s?"
            .formatted(entry.toDatabase(), Figures.time(entry.decidedAt()), entry.fromDatabase());
  }

  private FailoverReport told(FailoverWord.Answer answer) {
    if (!answer.ended()) {
      out().println(FailoverText.ending(answer.report()));
    }
    return answer.report();
  }

  /** Its own workflow has ended: another one does it, under the same id. */
  private FailoverReport begin(
      TemporalConnection temporal, JournalEntry entry, FailoverMessage message)
      throws InterruptedException {
    var request =
        new RollbackRequest(entry.toRequest(), copyIsStopped, reason, String.valueOf(message.by()));
    return failovers.host(temporal, request.failover(), runs -> runs.startRollback(request), out());
  }

  private static void requirePossible(JournalEntry entry) {
    String target = entry.toDatabase();
    if (entry.decision() == null) {
      throw refused(
          "the failover to \"%s\" is not decided, so there is nothing to roll back"
              .formatted(target),
          "./bbm failover abort %s --reason \"…\"".formatted(target));
    }
    if (!entry.isMoved()) {
      throw refused(
          "the failover to \"%s\" was aborted: everything is back".formatted(target),
          "./bbm failover status " + target);
    }
    if (entry.cleaned()) {
      throw refused(
          "the failover to \"%s\" was cleaned up, so the source cannot go on any more"
              .formatted(target),
          "a failover in the other direction: docs/failover.md");
    }
  }

  private static ApplicationException none(String target) {
    return refused(
        "there was no failover to \"%s\" yet".formatted(target), "./bbm failover plan " + target);
  }

  private static ApplicationException refused(String sentence, String remedy) {
    return ApplicationException.of(ErrorCode.FAILOVER_REFUSED, sentence, remedy);
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
