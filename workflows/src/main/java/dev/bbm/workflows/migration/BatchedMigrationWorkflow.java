package dev.bbm.workflows.migration;

import io.temporal.workflow.QueryMethod;
import io.temporal.workflow.SignalMethod;
import io.temporal.workflow.UpdateMethod;
import io.temporal.workflow.UpdateValidatorMethod;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import org.jspecify.annotations.Nullable;

/** The durable life of one batched background migration; it follows the migration's row. */
@WorkflowInterface
public interface BatchedMigrationWorkflow {

  /**
   * Returns when the migration is finished; fails with MIGRATION_FAILED when the migration failed.
   */
  @WorkflowMethod(name = "BatchedMigration")
  MigrationView run(MigrationRun run);

  /** How far it is, as last read from the row. */
  @QueryMethod(description = "How far the migration is, as last read from its row")
  MigrationView progress();

  /** Pauses the migration in the database; binds at the next sub-batch. */
  @UpdateMethod(
      description =
          "Pause the migration; it stops within one sub-batch. Example: {\"reason\": \"maintenance\", \"by\": \"you\"}")
  MigrationView pause(ChangeRequest request);

  /** Refuses a pause without a reason. */
  @UpdateValidatorMethod(updateName = "pause")
  void checkPause(ChangeRequest request);

  /**
   * Resumes the migration at its cursor; a failed one starts again with all attempts given back.
   */
  @UpdateMethod(
      description =
          "Resume the migration at its cursor. Example: {\"reason\": \"maintenance is over\", \"by\": \"you\"}")
  MigrationView resume(ChangeRequest request);

  /** Refuses what is not one JSON object. */
  @UpdateValidatorMethod(updateName = "resume")
  void checkResume(ChangeRequest request);

  /** As the update, but waits while no worker lives. */
  @SignalMethod(
      name = "pause",
      description = "Pause once a worker lives. Example: {\"reason\": \"maintenance\"}")
  void pauseLater(ChangeRequest request);

  /** As the update, but waits while no worker lives. */
  @SignalMethod(
      name = "resume",
      description = "Resume once a worker lives. Example: {\"reason\": \"maintenance is over\"}")
  void resumeLater(ChangeRequest request);

  /** The row changed: read it again. Sent by bbm itself; by hand it needs no JSON. */
  @SignalMethod(
      description =
          "Read the migration's row again now. Sent by bbm when the row changed; needs no JSON")
  void changed(@Nullable Changed changed);
}
