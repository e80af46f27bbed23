package dev.bbm.workflows.failover;

import dev.bbm.workflows.ownership.TaskQueues;
import java.util.List;

/**
 * Which failover: every step's row change is compared with this id.
 *
 * @param id a uuid
 * @param fromDatabase the name whose place is the source: {@code main}
 * @param toDatabase the name that gets a place of its own: {@code ci}
 * @param copyUrl the url, without credentials, of the endpoint of toDatabase that is promoted
 * @param movedSchemas the gitlab_schemas that move, never a shared one
 */
public record FailoverScope(
    String id, String fromDatabase, String toDatabase, String copyUrl, List<String> movedSchemas) {

  public FailoverScope {
    movedSchemas = movedSchemas.stream().sorted().toList();
    if (movedSchemas.isEmpty()) {
      throw new IllegalArgumentException("a failover moves at least one gitlab_schema");
    }
    if (movedSchemas.stream().anyMatch(TaskQueues::isShared)) {
      throw new IllegalArgumentException(
          "shared gitlab_schemas live in every place: " + movedSchemas);
    }
  }

  /** Its workflow's id: one failover to a database at a time. */
  public String workflowId() {
    return workflowIdOf(toDatabase);
  }

  /** The id of the workflow of any failover to a database. */
  public static String workflowIdOf(String toDatabase) {
    return "failover/" + toDatabase;
  }

  /** Whether the schema leaves the source. */
  public boolean moves(String gitlabSchema) {
    return movedSchemas.contains(gitlabSchema);
  }

  /** Whether the schema will live on the copy, be it there alone or as a shared one. */
  public boolean livesOnCopy(String gitlabSchema) {
    return moves(gitlabSchema) || TaskQueues.isShared(gitlabSchema);
  }
}
