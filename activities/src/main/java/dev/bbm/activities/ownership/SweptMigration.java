package dev.bbm.activities.ownership;

import dev.bbm.workflows.migration.Changed;
import dev.bbm.workflows.migration.MigrationRun;
import dev.bbm.workflows.migration.MigrationStatus;

/** A migration of which its workflow has to hear. */
public record SweptMigration(
    long id,
    String uid,
    String gitlabSchema,
    String jobClassName,
    String tableName,
    String columnName,
    MigrationStatus status,
    long revision,
    long epoch,
    String displayId) {

  /** The workflow's argument. */
  public MigrationRun run(String database) {
    return new MigrationRun(uid, gitlabSchema, database, jobClassName, tableName, columnName);
  }

  /** What the workflow is told. */
  public Changed changed() {
    return new Changed(epoch, revision);
  }
}
