package dev.bbm.starter.worker;

import dev.bbm.workflows.failover.FailoverScope;
import io.grpc.StatusRuntimeException;
import io.temporal.api.enums.v1.WorkflowExecutionStatus;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowException;
import io.temporal.client.WorkflowNotFoundException;
import java.util.List;

/**
 * Asks Temporal, by id, whether a failover to one of the configured databases runs: the journal may
 * be lost in a WAL tail.
 */
public final class RunningFailovers {

  private final WorkflowClient client;
  private final List<String> databases;

  /** Asks nobody yet. */
  public RunningFailovers(WorkflowClient client, List<String> databases) {
    this.client = client;
    this.databases = databases;
  }

  /** True as well when Temporal does not answer. */
  public boolean mayRun() {
    return databases.stream().anyMatch(this::mayRun);
  }

  private boolean mayRun(String database) {
    try {
      return client
              .newUntypedWorkflowStub(FailoverScope.workflowIdOf(database))
              .describe()
              .getStatus()
          == WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING;
    } catch (WorkflowNotFoundException none) {
      return false;
    } catch (WorkflowException | StatusRuntimeException silent) {
      return true;
    }
  }
}
