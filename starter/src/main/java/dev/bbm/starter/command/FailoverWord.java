package dev.bbm.starter.command;

import dev.bbm.starter.config.TemporalConnection;
import dev.bbm.starter.failover.FailoverRuns;
import dev.bbm.workflows.failover.FailoverMessage;
import dev.bbm.workflows.failover.FailoverReport;
import dev.bbm.workflows.failover.FailoverRequest;
import dev.bbm.workflows.failure.ExitCode;
import jakarta.inject.Singleton;
import java.io.PrintWriter;
import java.util.Optional;

/**
 * Sends a person's word to a failover that runs. Where nobody hosts it, this process does, to its
 * end.
 */
@Singleton
final class FailoverWord {

  private final Failovers failovers;

  FailoverWord(Failovers failovers) {
    this.failovers = failovers;
  }

  /**
   * What came of a word.
   *
   * @param ended whether the failover was hosted here, to its end
   */
  record Answer(FailoverReport report, boolean ended) {}

  /** Empty where none runs. */
  Optional<Answer> send(
      TemporalConnection temporal,
      String target,
      String update,
      FailoverMessage message,
      PrintWriter out)
      throws InterruptedException {
    temporal.requireServer();
    var runs = new FailoverRuns(temporal);
    Optional<FailoverRequest> running = runs.findRunning(target);
    if (running.isEmpty()) {
      return Optional.empty();
    }
    if (runs.progress(target).isPresent()) {
      return Optional.of(new Answer(runs.update(target, update, message), false));
    }
    out.println("nobody hosts the failover to %s, so this process does".formatted(target));
    FailoverReport report =
        failovers.host(
            temporal, running.get(), hosted -> hosted.update(target, update, message), out);
    return Optional.of(new Answer(report, true));
  }

  /** Sends a word that lets it go on; where it was hosted here, returns how it ended. */
  int letGoOn(String target, String update, String said, PrintWriter out)
      throws InterruptedException {
    String name = failovers.settings().database(target).name();
    try (TemporalConnection temporal = failovers.temporal()) {
      Answer answer =
          send(temporal, name, update, failovers.message(null, false), out)
              .orElseThrow(() -> FailoverRuns.noneRuns(name, null));
      if (answer.ended()) {
        return Failovers.ending(answer.report()).code();
      }
      out.println(said + "; watch it: ./bbm failover status " + name);
      return ExitCode.DONE.code();
    }
  }
}
