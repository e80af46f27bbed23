package dev.bbm.workflows.migration;

import io.temporal.activity.ActivityInterface;

/**
 * Short activities on a migration's row, on the queue {@code <schema>/control} of the database that
 * owns it.
 */
@ActivityInterface
public interface MigrationControl {

  /** Reads the row and the sums of its jobs. */
  MigrationView load(MigrationRef migration);

  /**
   * Pauses it; pausing what is paused succeeds. Fails with ILLEGAL_TRANSITION in any state but
   * active and paused.
   */
  MigrationView pause(StatusChange change);

  /**
   * Resumes it; resuming what is active succeeds. Fails with ILLEGAL_TRANSITION unless paused,
   * failed or active.
   */
  MigrationView resume(StatusChange change);
}
