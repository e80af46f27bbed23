package dev.bbm.workflows.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.temporal.api.enums.v1.EventType;
import io.temporal.common.WorkflowExecutionHistory;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.testing.WorkflowReplayer;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInit;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Workflows that an older release has begun must go on under this code: their histories replay. */
@Timeout(180)
final class ReplayTest {

  static List<String> histories() throws IOException {
    return Histories.names();
  }

  @ParameterizedTest
  @MethodSource("histories")
  void replays(String history) throws Exception {
    replay(history, BatchedMigrationWorkflowImpl.class);
  }

  @ParameterizedTest
  @MethodSource("histories")
  void noticesAChangedOrderOfCommands(String history) {
    assertThatThrownBy(() -> replay(history, WaitsBeforeItReads.class))
        .hasStackTraceContaining("TMPRL1100");
  }

  @Test
  void hasAHistoryOfEachCase() throws IOException {
    assertThat(Histories.names())
        .contains(
            "0.1.0-continued-as-new.json",
            "0.1.0-failed.json",
            "0.1.0-held.json",
            "0.1.0-interval.json",
            "0.1.0-paused-and-resumed-by-signal.json",
            "0.1.0-paused-and-resumed-by-update.json",
            "0.1.0-two-lanes.json");
  }

  @Test
  void hasAHistoryUpToContinueAsNew() throws IOException {
    assertThat(load("0.1.0-continued-as-new.json").getEvents().getLast().getEventType())
        .isEqualTo(EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW);
  }

  private static void replay(String history, Class<? extends BatchedMigrationWorkflow> workflow)
      throws Exception {
    var options =
        TestEnvironmentOptions.newBuilder().setWorkflowClientOptions(MigrationWorld.CLIENT).build();
    try (var temporal = TestWorkflowEnvironment.newInstance(options)) {
      WorkflowReplayer.replayWorkflowExecution(load(history), temporal, workflow);
    }
  }

  private static WorkflowExecutionHistory load(String history) throws IOException {
    return WorkflowExecutionHistory.fromJson(Files.readString(Histories.FOLDER.resolve(history)));
  }

  /** The workflow with one command more at its beginning, as a careless change would have it. */
  public static final class WaitsBeforeItReads implements BatchedMigrationWorkflow {

    private final BatchedMigrationWorkflowImpl unchanged;

    @WorkflowInit
    public WaitsBeforeItReads(MigrationRun run) {
      this.unchanged = new BatchedMigrationWorkflowImpl(run);
    }

    @Override
    public MigrationView run(MigrationRun run) {
      Workflow.sleep(Duration.ofSeconds(1));
      return unchanged.run(run);
    }

    @Override
    public MigrationView progress() {
      return unchanged.progress();
    }

    @Override
    public MigrationView pause(ChangeRequest request) {
      return unchanged.pause(request);
    }

    @Override
    public void checkPause(ChangeRequest request) {
      unchanged.checkPause(request);
    }

    @Override
    public MigrationView resume(ChangeRequest request) {
      return unchanged.resume(request);
    }

    @Override
    public void checkResume(ChangeRequest request) {
      unchanged.checkResume(request);
    }

    @Override
    public void pauseLater(ChangeRequest request) {
      unchanged.pauseLater(request);
    }

    @Override
    public void resumeLater(ChangeRequest request) {
      unchanged.resumeLater(request);
    }

    @Override
    public void changed(@Nullable Changed changed) {
      unchanged.changed(changed);
    }
  }
}
