package dev.bbm.workflows.ownership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class TaskQueuesTest {

  @Test
  void areNamedForTheSchemaWhateverTheDatabase() {
    TaskQueues queues = TaskQueues.of("gitlab_ci", "main");

    assertThat(queues.slices()).isEqualTo("gitlab_ci");
    assertThat(queues.control()).isEqualTo("gitlab_ci/control");
    assertThat(queues).isEqualTo(TaskQueues.of("gitlab_ci", "ci"));
  }

  @Test
  void areOnePerDatabaseForTheSchemaThatAllHave() {
    TaskQueues queues = TaskQueues.of("gitlab_shared", "ci");

    assertThat(queues.slices()).isEqualTo("gitlab_shared@ci");
    assertThat(queues.control()).isEqualTo("gitlab_shared@ci/control");
  }

  @Test
  void areOnePerDatabaseForEverySharedSchema() {
    assertThat(TaskQueues.of("gitlab_shared_org", "ci").slices()).isEqualTo("gitlab_shared_org@ci");
    assertThat(TaskQueues.of("gitlab_sharedx", "ci").slices()).isEqualTo("gitlab_sharedx");
  }

  @Test
  void refuseABlankName() {
    assertThatThrownBy(() -> TaskQueues.of(" ", "main"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("task queue must have a name");
  }
}
