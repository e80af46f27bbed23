package dev.bbm.starter.command;

import dev.bbm.starter.config.TemporalConnection;
import dev.bbm.starter.failover.FailoverRuns;
import dev.bbm.workflows.failover.FailoverMessage;
import dev.bbm.workflows.failover.FailoverReport;
import dev.bbm.workflows.failover.FailoverRequest;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
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

  /** That there is nothing to talk to. */
  static ApplicationException noneRuns(String target) {
    return ApplicationException.of(
        ErrorCode.FAILOVER_REFUSED,
        "no failover to \"%s\" runs".formatted(target),
        "./bbm failover status " + target);
  }
}
