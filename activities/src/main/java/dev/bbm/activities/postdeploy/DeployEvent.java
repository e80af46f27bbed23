package dev.bbm.activities.postdeploy;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.bbm.workflows.migration.MigrationView;
import java.time.Duration;

/** What became of a file in one database; told after it was committed or rolled back. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "event")
@JsonSubTypes({
  @JsonSubTypes.Type(value = DeployEvent.Ran.class, name = "ran"),
  @JsonSubTypes.Type(value = DeployEvent.Skipped.class, name = "skipped"),
  @JsonSubTypes.Type(value = DeployEvent.Superseded.class, name = "superseded"),
  @JsonSubTypes.Type(value = DeployEvent.Failed.class, name = "failed"),
  @JsonSubTypes.Type(value = DeployEvent.Queued.class, name = "queued"),
  @JsonSubTypes.Type(value = DeployEvent.Noticed.class, name = "noticed"),
  @JsonSubTypes.Type(value = DeployEvent.AwaitingFinalizer.class, name = "awaiting_finalizer"),
  @JsonSubTypes.Type(value = DeployEvent.Finalizing.class, name = "finalizing"),
  @JsonSubTypes.Type(value = DeployEvent.Finalized.class, name = "finalized"),
  @JsonSubTypes.Type(value = DeployEvent.NothingToFinalize.class, name = "nothing_to_finalize")
})
public sealed interface DeployEvent {

  /** The database. */
  String database();

  /** The file ran. */
  record Ran(String database, String script, Duration took) implements DeployEvent {}

  /** The file is marked as run, since its gitlab_schema does not live there. */
  record Skipped(String database, String version, String script, String gitlabSchema)
      implements DeployEvent {}

  /** The file is marked as run, since another version does its work. */
  record Superseded(String database, String script, String supersededBy) implements DeployEvent {}

  /**
   * The file failed or was refused, and is not recorded.
   *
   * @param rolledBack false when the statements before the failed one stay
   */
  record Failed(String database, String script, boolean rolledBack) implements DeployEvent {}

  /** The file queued a batched migration. */
  record Queued(String database, String id, String status) implements DeployEvent {}

  /** PostgreSQL said something while the file ran. */
  record Noticed(String database, String message) implements DeployEvent {}

  /** Another process finalizes the batched migration, or died while it did, not 90 s ago. */
  record AwaitingFinalizer(String database, String jobClass, String finalizer)
      implements DeployEvent {}

  /** A batched migration is being finalized. */
  record Finalizing(String database, MigrationView migration) implements DeployEvent {}

  /** A batched migration is finalized. */
  record Finalized(String database, String id, long rows) implements DeployEvent {}

  /** The batched migration that should be finished was never queued there. */
  record NothingToFinalize(String database, String jobClass, String table) implements DeployEvent {}
}
