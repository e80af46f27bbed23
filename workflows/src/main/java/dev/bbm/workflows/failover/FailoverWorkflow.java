package dev.bbm.workflows.failover;

import io.temporal.workflow.QueryMethod;
import io.temporal.workflow.UpdateMethod;
import io.temporal.workflow.UpdateValidatorMethod;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import org.jspecify.annotations.Nullable;

/** One failover from its checks to its report; killed at any point it goes on where it was. */
@WorkflowInterface
public interface FailoverWorkflow {

  /** The task queue of the failover role, which ordinary workers never poll. */
  String TASK_QUEUE = "bbm_failover";

  /** Returns when everything is moved, or everything is back. */
  @WorkflowMethod(name = "Failover")
  FailoverReport run(FailoverRequest request);

  /** Where it stands. */
  @QueryMethod(description = "Where the failover stands, step by step")
  FailoverReport progress();

  /** Lets it go on where it waits for a person's word. */
  @UpdateMethod(
      description = "Go on, where the failover waits for approval. Example: {\"by\": \"you\"}")
  FailoverReport approve(FailoverMessage message);

  /** Refuses when nothing waits for approval. */
  @UpdateValidatorMethod(updateName = "approve")
  void checkApprove(@Nullable FailoverMessage message);

  /** Says that a person has promoted the standby. */
  @UpdateMethod(
      description =
          "Say that you have promoted the standby; bbm looks for itself. Example: {\"by\": \"you\"}")
  FailoverReport promoted(FailoverMessage message);

  /** Refuses when nobody waits for a promotion by hand. */
  @UpdateValidatorMethod(updateName = "promoted")
  void checkPromoted(@Nullable FailoverMessage message);

  /** Gives up before the decision: everything goes back. */
  @UpdateMethod(
      description =
          "Give up, before step 9 only: everything goes back to the source. Example: {\"reason\": \"replication lags\", \"by\": \"you\"}")
  FailoverReport abort(FailoverMessage message);

  /** Refuses an abort without a reason, and one after the decision. */
  @UpdateValidatorMethod(updateName = "abort")
  void checkAbort(@Nullable FailoverMessage message);

  /** Goes back after the decision: what the copy wrote since is dropped and done again. */
  @UpdateMethod(
      description =
          "Go back after step 9: fences the copy, and what it changed since is dropped. Example: {\"reason\": \"the copy is slow\", \"by\": \"you\"}")
  FailoverReport rollback(FailoverMessage message);

  /** Refuses a rollback without a reason, and one before the decision. */
  @UpdateValidatorMethod(updateName = "rollback")
  void checkRollback(@Nullable FailoverMessage message);
}
