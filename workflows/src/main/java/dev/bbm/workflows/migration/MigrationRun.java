package dev.bbm.workflows.migration;

import dev.bbm.workflows.ownership.TaskQueues;
import org.jspecify.annotations.Nullable;

/**
 * The argument of a migration's workflow: which row it follows. All else is read from the row.
 *
 * @param uid the migration's uid, the same on every copy of the row
 * @param gitlabSchema the row's label when the workflow was started
 * @param database the database whose worker started it; part of the identity for gitlab_shared only
 * @param lastView what the run before this one saw last, to be shown until the row is read again;
 *     null for a first run
 */
public record MigrationRun(
    String uid,
    String gitlabSchema,
    String database,
    String jobClassName,
    String tableName,
    String columnName,
    @Nullable MigrationView lastView) {

  /** A first run. */
  public MigrationRun(
      String uid,
      String gitlabSchema,
      String database,
      String jobClassName,
      String tableName,
      String columnName) {
    this(uid, gitlabSchema, database, jobClassName, tableName, columnName, null);
  }

  /** The run that goes on from here; a null view has not been read yet. */
  MigrationRun seenLast(@Nullable MigrationView view) {
    return new MigrationRun(uid, gitlabSchema, database, jobClassName, tableName, columnName, view);
  }

  /** The run that goes on under the label that the row has now. */
  MigrationRun relabelled(MigrationView view) {
    return new MigrationRun(
        uid, view.gitlabSchema(), database, jobClassName, tableName, columnName, view);
  }

  /** Meaningful, and the same for every start of one migration. */
  public String workflowId() {
    String place = TaskQueues.isShared(gitlabSchema) ? "@" + database : "";
    return "%s/%s.%s/%s%s".formatted(jobClassName, tableName, columnName, uid, place);
  }

  /** Where its activities run. */
  public TaskQueues taskQueues() {
    return TaskQueues.of(gitlabSchema, database);
  }
}
