package dev.bbm.starter.worker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bbm.activities.ownership.OwnershipMapper;
import dev.bbm.activities.ownership.SweptMigration;
import dev.bbm.activities.topology.Database;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCategory;
import dev.bbm.workflows.migration.BatchedMigrationWorkflow;
import dev.bbm.workflows.migration.MigrationDetails;
import dev.bbm.workflows.migration.MigrationRun;
import io.grpc.StatusRuntimeException;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowException;
import io.temporal.client.WorkflowNotFoundException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells workflows of changed rows, and starts those that are missing; so a lost Temporal namespace
 * heals by itself.
 */
final class Sweeper {

  private static final Logger log = LoggerFactory.getLogger(Sweeper.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final WorkflowClient client;
  private final Map<String, String> lastTrouble = new ConcurrentHashMap<>();

  Sweeper(WorkflowClient client) {
    this.client = client;
  }

  /** One sweep of a database's schemas; what Temporal could not be told is swept again. */
  void sweep(Database database, List<String> schemas) {
    if (schemas.isEmpty()) {
      return;
    }
    try {
      List<SweptMigration> due =
          database
              .transactions()
              .inTransaction(session ->
                  session.getMapper(OwnershipMapper.class).sweep(toJson(schemas), database.name()));
      due.forEach(migration -> announce(database, migration));
      lastTrouble.remove(database.name());
    } catch (ApplicationException trouble) {
      report(database, trouble);
    }
  }

  /** That a database does not answer is what the OwnershipWatcher says already. */
  private void report(Database database, ApplicationException trouble) {
    String message = String.valueOf(trouble.getMessage());
    if (trouble.code().category() != ErrorCategory.UNAVAILABLE
        && !message.equals(lastTrouble.put(database.name(), message))) {
      log.warn("Sweep of database {} is repeated each second: {}", database.name(), message);
    }
  }

  private void announce(Database database, SweptMigration migration) {
    try {
      tell(migration, migration.run(database.name()));
    } catch (WorkflowException | StatusRuntimeException unreachable) {
      log.warn(
          "Temporal could not be told of {}: {}", migration.displayId(), unreachable.getMessage());
      database
          .transactions()
          .inTransaction(
              session -> session.getMapper(OwnershipMapper.class).unannounce(migration.id()));
    }
  }

  private void tell(SweptMigration migration, MigrationRun run) {
    if (migration.status().isEnd()) {
      tellIfItRuns(migration, run);
      return;
    }
    WorkflowStub workflow =
        client.newUntypedWorkflowStub("BatchedMigration", options(migration, run));
    workflow.signalWithStart("changed", new Object[] {migration.changed()}, new Object[] {run});
  }

  private void tellIfItRuns(SweptMigration migration, MigrationRun run) {
    try {
      client
          .newWorkflowStub(BatchedMigrationWorkflow.class, run.workflowId())
          .changed(migration.changed());
    } catch (WorkflowNotFoundException ended) {
      log.debug("Workflow of {} has ended", migration.displayId());
    }
  }

  private static WorkflowOptions options(SweptMigration migration, MigrationRun run) {
    return WorkflowOptions.newBuilder()
        .setWorkflowId(run.workflowId())
        .setTaskQueue(run.taskQueues().slices())
        .setStaticSummary(
            "%s: %s on %s.%s"
                .formatted(
                    migration.displayId(), run.jobClassName(), run.tableName(), run.columnName()))
        .setStaticDetails(MigrationDetails.whenNoWorkerAnswers(migration.displayId()))
        .build();
  }

  private static String toJson(List<String> schemas) {
    try {
      return JSON.writeValueAsString(schemas);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
