package dev.bbm.starter.failover;

import dev.bbm.workflows.failover.FailoverReport;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import io.temporal.client.WorkflowException;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowStub;
import io.temporal.failure.ApplicationFailure;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Waits for the end of a failover's workflow; one that went back ends with a failure. */
public final class FailoverEnding {

  private static final Duration PERIOD = Duration.ofMillis(200);

  private final FailoverRuns runs;

  public FailoverEnding(FailoverRuns runs) {
    this.runs = runs;
  }

  /**
   * The report, whatever came of it; throws FAILOVER_ABORTED when somebody ended the workflow
   * itself.
   *
   * @param seen is told how it stands, again and again
   */
  public FailoverReport await(String toDatabase, Consumer<FailoverReport> seen)
      throws InterruptedException {
    var end = runs.stub(toDatabase).getResultAsync(FailoverReport.class);
    while (true) {
      try {
        FailoverReport report = end.get(PERIOD.toMillis(), TimeUnit.MILLISECONDS);
        seen.accept(report);
        return report;
      } catch (TimeoutException underWay) {
        runs.progress(toDatabase).ifPresent(seen);
      } catch (ExecutionException ended) {
        FailoverReport report =
            report(ended.getCause()).orElseThrow(() -> endedFromOutside(toDatabase, ended));
        seen.accept(report);
        return report;
      }
    }
  }

  /** The report of a workflow that has ended; empty when it was ended from outside. */
  static Optional<FailoverReport> find(WorkflowStub workflow) {
    try {
      return Optional.of(workflow.getResult(FailoverReport.class));
    } catch (WorkflowException ended) {
      return report(ended);
    }
  }

  private static Optional<FailoverReport> report(@Nullable Throwable ended) {
    return switch (ended) {
      case CompletionException wrapped -> report(wrapped.getCause());
      case WorkflowFailedException failed
          when failed.getCause() instanceof ApplicationFailure failure
              && failure.getType().equals(ErrorCode.FAILOVER_ABORTED.name()) ->
          Optional.of(failure.getDetails().get(FailoverReport.class));
      case null, default -> Optional.empty();
    };
  }

  private static ApplicationException endedFromOutside(String toDatabase, Throwable cause) {
    return ApplicationException.of(
        ErrorCode.FAILOVER_ABORTED,
        "the workflow of the failover to \"%s\" was ended from outside; the databases stay as the last step left them"
            .formatted(toDatabase),
        "./bbm failover resume " + toDatabase,
        null,
        cause);
  }
}
