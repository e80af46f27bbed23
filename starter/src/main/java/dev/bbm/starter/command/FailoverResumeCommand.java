package dev.bbm.starter.command;

import dev.bbm.activities.failover.JournalEntry;
import dev.bbm.starter.config.TemporalConnection;
import dev.bbm.starter.failover.FailoverRuns;
import dev.bbm.workflows.failover.FailoverReport;
import dev.bbm.workflows.failover.FailoverRequest;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import dev.bbm.workflows.failure.ExitCode;
import io.micronaut.context.annotation.Prototype;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Goes on with a failover whose process is gone. */
@Prototype
@Command(
    name = "resume",
    description = "Go on with a failover whose process was killed, from any machine.",
    footer = {
      "",
      "If Temporal has lost it, it is started again from the journal: every step looks first at what is done."
    },
    exitCodeList = {
      "0:moved, now or before",
      "1:aborted or rolled back; everything is back",
      "2:no such database, or a configuration without the failover's servers or hooks",
      "3:there is no failover to go on with",
      "69:a database, or Temporal, does not answer",
      "130:interrupted; it stands still until it is resumed"
    })
final class FailoverResumeCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "TARGET",
      arity = "0..1",
      description = "The database to which it moves (default: that of the one that is unfinished).")
  private @Nullable String target;

  @Mixin private ReportFile file;

  private final Failovers failovers;

  FailoverResumeCommand(Failovers failovers) {
    this.failovers = failovers;
  }

  @Override
  public Integer call() throws InterruptedException {
    file.requireWritable();
    if (target != null) {
      failovers.settings().database(target);
    }
    try (TemporalConnection temporal = failovers.temporal()) {
      temporal.requireServer();
      var runs = new FailoverRuns(temporal);
      Optional<FailoverRequest> running =
          targets().flatMap(it -> runs.findRunning(it).stream()).findFirst();
      return running.isPresent() ? host(temporal, running.get(), false) : fromJournal(temporal);
    }
  }

  private Stream<String> targets() {
    return target == null
        ? failovers.settings().databases().stream().map(it -> it.name())
        : Stream.of(target);
  }

  private int fromJournal(TemporalConnection temporal) throws InterruptedException {
    JournalEntry entry =
        (target == null ? failovers.journal().unfinished() : failovers.journal().newest(target))
            .orElseThrow(() ->
                ApplicationException.of(
                    ErrorCode.FAILOVER_REFUSED,
                    target == null
                        ? "no failover is unfinished"
                        : "there was no failover to \"%s\" yet".formatted(target),
                    "./bbm failover plan " + (target == null ? "TARGET" : target)));
    if (entry.isUnfinished()) {
      return host(temporal, entry.toRequest(), true);
    }
    spec.commandLine()
        .getOut()
        .println(
            "the failover to %s has ended: %s"
                .formatted(entry.toDatabase(), FailoverStatusCommand.word(entry)));
    return (entry.isMoved() ? ExitCode.DONE : ExitCode.FAILED).code();
  }

  /** A workflow that Temporal has lost is started with the same request. */
  private int host(TemporalConnection temporal, FailoverRequest request, boolean lost)
      throws InterruptedException {
    FailoverReport report =
        failovers.host(
            temporal,
            request,
            runs -> {
              if (lost) {
                runs.start(request);
              }
            },
            spec.commandLine().getOut());
    file.write(report, spec.commandLine().getErr());
    return Failovers.ending(report).code();
  }
}
