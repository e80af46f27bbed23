package dev.bbm.workflows.ownership;

/**
 * The task queues of a gitlab_schema; named for the schema, not for the database, so that a
 * failover moves no workflow.
 */
public record TaskQueues(String slices) {

  /** The schema that every place has, and so one queue per database. */
  public static final String SHARED = "gitlab_shared";

  public TaskQueues {
    if (slices.isBlank()) {
      throw new IllegalArgumentException("task queue must have a name");
    }
  }

  /** Whether every place has a copy of the schema's tables: gitlab_shared, gitlab_shared_org, … */
  public static boolean isShared(String gitlabSchema) {
    return gitlabSchema.equals(SHARED) || gitlabSchema.startsWith(SHARED + "_");
  }

  /** The queues of a schema as served by a database; the database matters for shared ones only. */
  public static TaskQueues of(String gitlabSchema, String database) {
    return new TaskQueues(isShared(gitlabSchema) ? gitlabSchema + "@" + database : gitlabSchema);
  }

  /**
   * Short activities (read, pause, resume), with slots of their own so that slices never hold them
   * up.
   */
  public String control() {
    return slices + "/control";
  }
}
