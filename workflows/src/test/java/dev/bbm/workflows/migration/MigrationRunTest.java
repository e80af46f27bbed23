package dev.bbm.workflows.migration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bbm.workflows.ownership.TaskQueues;
import org.junit.jupiter.api.Test;

final class MigrationRunTest {

  @Test
  void hasAWorkflowIdThatSaysWhatItDoes() {
    assertThat(runOf("gitlab_main", "main").workflowId())
        .isEqualTo("BackfillOrdersCurrency/orders.id/" + ViewBuilder.UID);
  }

  @Test
  void keepsItsWorkflowIdWhenItsSchemaMovesToAnotherDatabase() {
    assertThat(runOf("gitlab_ci", "ci").workflowId())
        .isEqualTo(runOf("gitlab_ci", "main").workflowId());
  }

  @Test
  void namesTheDatabaseForTheSchemaThatAllHave() {
    assertThat(runOf("gitlab_shared", "ci").workflowId())
        .isEqualTo("BackfillOrdersCurrency/orders.id/" + ViewBuilder.UID + "@ci");
  }

  @Test
  void runsOnTheQueuesOfItsSchema() {
    assertThat(runOf("gitlab_shared", "ci").taskQueues())
        .isEqualTo(TaskQueues.of("gitlab_shared", "ci"));
  }

  private static MigrationRun runOf(String gitlabSchema, String database) {
    return new MigrationRun(
        ViewBuilder.UID, gitlabSchema, database, "BackfillOrdersCurrency", "orders", "id");
  }
}
