package dev.bbm.starter.command;

import dev.bbm.activities.failover.JournalEntry;
import dev.bbm.starter.failover.FailoverCleanup;
import dev.bbm.workflows.failover.FailoverScope;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import dev.bbm.workflows.failure.ExitCode;
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

/** Deletes what a failover set aside, which ends its rollback window. */
@Prototype
@Command(
    name = "cleanup",
    description = "Delete the migrations that a failover set aside; there is no rollback after it.",
    footer = {
      "",
      "Unfinished ones only: transferred on the source, stale on the new database, with their jobs, in batches.",
      "Finished ones stay as history on both sides."
    },
    exitCodeList = {
      "0:deleted, or nothing was left",
      "2:no such database",
      "3:refused or not confirmed: the failover has not ended, or went back",
      "69:a database does not answer; the same again deletes what is left"
    })
final class FailoverCleanupCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private FailoverTarget target;

  @Option(names = "--yes", description = "Do not ask.")
  private boolean yes;

  private final Failovers failovers;
  private final Confirmation confirmation;

  FailoverCleanupCommand(Failovers failovers, Confirmation confirmation) {
    this.failovers = failovers;
    this.confirmation = confirmation;
  }

  @Override
  public Integer call() throws IOException {
    String name = failovers.settings().database(target.name()).name();
    JournalEntry entry = requireEnded(name, failovers.journal().newest(name));
    try (var cleanup = FailoverCleanup.of(failovers.settings(), entry)) {
      FailoverScope scope = cleanup.scope();
      long transferred = cleanup.transferred();
      long stale = cleanup.stale();
      if (transferred + stale == 0 && entry.cleaned()) {
        out().println("nothing of the failover to %s is left".formatted(name));
        return ExitCode.DONE.code();
      }
      if (!yes) {
        confirmation.require(
            "Delete %d transferred migrations of %s and %d stale ones of %s? There is no rollback after it."
                .formatted(transferred, scope.fromDatabase(), stale, name),
            "./bbm failover cleanup %s --yes".formatted(name),
            out());
      }
      cleanup.run(String.valueOf(failovers.user()));
      out()
          .println(
              "deleted %d transferred migrations of %s and %d stale ones of %s"
                  .formatted(transferred, scope.fromDatabase(), stale, name));
      out()
          .println(
              "next, for the tables: ./bbm db truncate-legacy-tables --database "
                  + scope.fromDatabase());
      return ExitCode.DONE.code();
    }
  }

  private static JournalEntry requireEnded(String target, Optional<JournalEntry> newest) {
    JournalEntry entry =
        newest.orElseThrow(() ->
            refused(
                "there was no failover to \"%s\" yet".formatted(target),
                "./bbm failover plan " + target));
    if (entry.isUnfinished()) {
      throw refused(
          "the failover to \"%s\" has not ended".formatted(target),
          "./bbm failover resume " + target);
    }
    if (!entry.isMoved()) {
      throw refused(
          "the failover to \"%s\" went back, so nothing is set aside".formatted(target),
          "./bbm failover status " + target);
    }
    return entry;
  }

  private static ApplicationException refused(String sentence, String remedy) {
    return ApplicationException.of(ErrorCode.FAILOVER_REFUSED, sentence, remedy);
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
