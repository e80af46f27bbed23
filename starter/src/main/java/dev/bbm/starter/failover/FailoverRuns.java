package dev.bbm.starter.failover;

import static dev.bbm.workflows.failover.FailoverScope.workflowIdOf;

import dev.bbm.starter.config.TemporalConnection;
import dev.bbm.workflows.failover.FailoverMessage;
import dev.bbm.workflows.failover.FailoverReport;
import dev.bbm.workflows.failover.FailoverRequest;
import dev.bbm.workflows.failover.FailoverRollbackWorkflow;
import dev.bbm.workflows.failover.FailoverScope;
import dev.bbm.workflows.failover.FailoverWorkflow;
import dev.bbm.workflows.failover.RollbackRequest;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import io.grpc.StatusRuntimeException;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.enums.v1.WorkflowExecutionStatus;
import io.temporal.api.enums.v1.WorkflowIdConflictPolicy;
import io.temporal.api.enums.v1.WorkflowIdReusePolicy;
import io.temporal.api.history.v1.WorkflowExecutionStartedEventAttributes;
import io.temporal.api.query.v1.WorkflowQuery;
import io.temporal.api.workflowservice.v1.QueryWorkflowRequest;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowExecutionAlreadyStarted;
import io.temporal.client.WorkflowExecutionDescription;
import io.temporal.client.WorkflowNotFoundException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowServiceException;
import io.temporal.client.WorkflowStub;
import io.temporal.client.WorkflowUpdateException;
import io.temporal.failure.ApplicationFailure;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The failovers as Temporal knows them: one workflow per target database at a time. */
public final class FailoverRuns {

  /** A host answers in milliseconds; one that was killed, never. */
  private static final Duration ANSWER = Duration.ofSeconds(3);

  private final TemporalConnection temporal;

  public FailoverRuns(TemporalConnection temporal) {
    this.temporal = temporal;
  }

  /** Starts it; throws FAILOVER_REFUSED when one to that database runs. */
  public void start(FailoverRequest request) {
    FailoverWorkflow workflow =
        client().newWorkflowStub(FailoverWorkflow.class, options(request.scope()));
    started(request.scope(), () -> WorkflowClient.start(workflow::run, request));
  }

  /** Starts the rollback of one that has ended; throws FAILOVER_REFUSED when one runs. */
  public void startRollback(RollbackRequest request) {
    FailoverScope scope = request.failover().scope();
    FailoverRollbackWorkflow workflow =
        client().newWorkflowStub(FailoverRollbackWorkflow.class, options(scope));
    started(scope, () -> WorkflowClient.start(workflow::run, request));
  }

  private static void started(FailoverScope scope, Runnable start) {
    try {
      start.run();
    } catch (WorkflowExecutionAlreadyStarted running) {
      throw ApplicationException.of(
          ErrorCode.FAILOVER_REFUSED,
          "a failover to \"%s\" runs already".formatted(scope.toDatabase()),
          "./bbm failover resume " + scope.toDatabase(),
          null,
          running);
    }
  }

  private static WorkflowOptions options(FailoverScope scope) {
    return WorkflowOptions.newBuilder()
        .setWorkflowId(scope.workflowId())
        .setTaskQueue(FailoverWorkflow.TASK_QUEUE)
        .setWorkflowIdReusePolicy(WorkflowIdReusePolicy.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE)
        .setWorkflowIdConflictPolicy(WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_FAIL)
        .setStaticSummary(
            "Failover of %s: %s → %s"
                .formatted(
                    String.join(", ", scope.movedSchemas()),
                    scope.fromDatabase(),
                    scope.toDatabase()))
        .setStaticDetails(
            "Promotes `%s`. No page moves? Nobody hosts it: `./bbm failover resume %s`. Runbook: docs/failover.md"
                .formatted(scope.copyUrl(), scope.toDatabase()))
        .build();
  }

  /** What the workflow that runs now was started with; empty when none runs. */
  public Optional<FailoverRequest> findRunning(String toDatabase) {
    return describe(toDatabase)
        .filter(it -> it.getStatus() == WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING)
        .map(WorkflowExecutionDescription::getExecution)
        .map(this::requestOf);
  }

  /** The report of the last one that has ended, if Temporal still knows it. */
  public Optional<FailoverReport> findEnded(String toDatabase) {
    return describe(toDatabase)
        .filter(it -> it.getStatus() != WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING)
        .flatMap(_ -> FailoverEnding.find(stub(toDatabase)));
  }

  private Optional<WorkflowExecutionDescription> describe(String toDatabase) {
    try {
      return Optional.of(stub(toDatabase).describe());
    } catch (WorkflowNotFoundException none) {
      return Optional.empty();
    }
  }

  /** From the history, so that nobody need host it. */
  private FailoverRequest requestOf(WorkflowExecution execution) {
    WorkflowExecutionStartedEventAttributes started =
        client()
            .streamHistory(execution.getWorkflowId(), execution.getRunId())
            .findFirst()
            .orElseThrow()
            .getWorkflowExecutionStartedEventAttributes();
    var converter = client().getOptions().getDataConverter();
    var input = Optional.of(started.getInput());
    return started.getWorkflowType().getName().equals("Failover")
        ? converter.fromPayloads(0, input, FailoverRequest.class, FailoverRequest.class)
        : converter.fromPayloads(0, input, RollbackRequest.class, RollbackRequest.class).failover();
  }

  /** Where it stands; empty when nobody hosts it. */
  public Optional<FailoverReport> progress(String toDatabase) {
    try {
      var answer =
          temporal
              .stubs()
              .blockingStub()
              .withDeadlineAfter(ANSWER.toMillis(), TimeUnit.MILLISECONDS)
              .queryWorkflow(
                  QueryWorkflowRequest.newBuilder()
                      .setNamespace(client().getOptions().getNamespace())
                      .setExecution(
                          WorkflowExecution.newBuilder().setWorkflowId(workflowIdOf(toDatabase)))
                      .setQuery(WorkflowQuery.newBuilder().setQueryType("progress"))
                      .build());
      return Optional.of(
          client()
              .getOptions()
              .getDataConverter()
              .fromPayloads(
                  0,
                  Optional.of(answer.getQueryResult()),
                  FailoverReport.class,
                  FailoverReport.class));
    } catch (StatusRuntimeException silent) {
      return Optional.empty();
    }
  }

  /**
   * Sends a person's word and waits for the answer, which a host must give; throws FAILOVER_REFUSED
   * with the workflow's own sentence.
   */
  public FailoverReport update(String toDatabase, String update, FailoverMessage message) {
    try {
      return stub(toDatabase).update(update, FailoverReport.class, message);
    } catch (WorkflowUpdateException refused) {
      throw ApplicationException.of(
          ErrorCode.FAILOVER_REFUSED,
          refused.getCause() instanceof ApplicationFailure failure
              ? failure.getOriginalMessage()
              : String.valueOf(refused.getMessage()),
          "./bbm failover status " + toDatabase,
          null,
          refused);
    } catch (WorkflowNotFoundException ended) {
      throw noneRuns(toDatabase, ended);
    } catch (WorkflowServiceException unavailable) {
      throw ApplicationException.of(
          ErrorCode.TEMPORAL_UNREACHABLE,
          "Temporal did not answer the update %s".formatted(update),
          "./bbm failover status " + toDatabase,
          null,
          unavailable);
    }
  }

  /** That there is nothing to talk to. */
  public static ApplicationException noneRuns(String toDatabase, @Nullable Throwable cause) {
    return ApplicationException.of(
        ErrorCode.FAILOVER_REFUSED,
        "no failover to \"%s\" runs".formatted(toDatabase),
        "./bbm failover status " + toDatabase,
        null,
        cause);
  }

  WorkflowStub stub(String toDatabase) {
    return client().newUntypedWorkflowStub(workflowIdOf(toDatabase));
  }

  private WorkflowClient client() {
    return temporal.client();
  }
}
