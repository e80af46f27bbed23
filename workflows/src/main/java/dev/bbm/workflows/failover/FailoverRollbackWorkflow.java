package dev.bbm.workflows.failover;

import io.temporal.workflow.QueryMethod;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** The rollback of a failover whose own workflow has ended; under the same workflow id. */
@WorkflowInterface
public interface FailoverRollbackWorkflow {

  /** Returns when everything is back on the source. */
  @WorkflowMethod(name = "FailoverRollback")
  FailoverReport run(RollbackRequest request);

  /** Where it stands. */
  @QueryMethod(description = "Where the rollback stands")
  FailoverReport progress();
}
