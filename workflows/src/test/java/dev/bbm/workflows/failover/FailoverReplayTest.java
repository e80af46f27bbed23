package dev.bbm.workflows.failover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

/** A failover that an older release has begun must go on under this code. */
@Timeout(180)
final class FailoverReplayTest {

  static List<String> histories() throws IOException {
    return FailoverHistories.names();
  }

  @ParameterizedTest
  @MethodSource("histories")
  void replays(String history) throws Exception {
    replay(history, FailoverWorkflowImpl.class, FailoverRollbackWorkflowImpl.class);
  }

  @ParameterizedTest
  @MethodSource("histories")
  void noticesAChangedOrderOfCommands(String history) {
    assertThatThrownBy(() -> replay(history, WaitsFirst.class, WaitsBeforeItRollsBack.class))
        .hasStackTraceContaining("TMPRL1100");
  }

  @Test
  void hasAHistoryOfEachCase() throws IOException {
    assertThat(FailoverHistories.names())
        .contains(
            "0.1.0-aborted-by-a-person.json",
            "0.1.0-aborted-by-itself.json",
            "0.1.0-cancelled.json",
            "0.1.0-decided-without-knowing.json",
            "0.1.0-moved-with-hooks.json",
            "0.1.0-promoted-by-a-person.json",
            "0.1.0-rolled-back-later.json",
            "0.1.0-rolled-back.json");
  }

  private static void replay(String history, Class<?> workflow, Class<?> other) throws Exception {
    var options =
        TestEnvironmentOptions.newBuilder().setWorkflowClientOptions(FailoverWorld.CLIENT).build();
    try (var temporal = TestWorkflowEnvironment.newInstance(options)) {
      WorkflowReplayer.replayWorkflowExecution(load(history), temporal, workflow, other);
    }
  }

  private static WorkflowExecutionHistory load(String history) throws IOException {
    return WorkflowExecutionHistory.fromJson(
        Files.readString(FailoverHistories.FOLDER.resolve(history)));
  }

  /** The rollback with one command more at its beginning, as a careless change would have it. */
  public static final class WaitsBeforeItRollsBack implements FailoverRollbackWorkflow {

    private final FailoverRollbackWorkflowImpl unchanged;

    @WorkflowInit
    public WaitsBeforeItRollsBack(RollbackRequest request) {
      this.unchanged = new FailoverRollbackWorkflowImpl(request);
    }

    @Override
    public FailoverReport run(RollbackRequest request) {
      Workflow.sleep(Duration.ofSeconds(1));
      return unchanged.run(request);
    }

    @Override
    public FailoverReport progress() {
      return unchanged.progress();
    }
  }

  /** The failover with one command more at its beginning. */
  public static final class WaitsFirst implements FailoverWorkflow {

    private final FailoverWorkflowImpl unchanged;

    @WorkflowInit
    public WaitsFirst(FailoverRequest request) {
      this.unchanged = new FailoverWorkflowImpl(request);
    }

    @Override
    public FailoverReport run(FailoverRequest request) {
      Workflow.sleep(Duration.ofSeconds(1));
      return unchanged.run(request);
    }

    @Override
    public FailoverReport progress() {
      return unchanged.progress();
    }

    @Override
    public FailoverReport approve(FailoverMessage message) {
      return unchanged.approve(message);
    }

    @Override
    public void checkApprove(@Nullable FailoverMessage message) {
      unchanged.checkApprove(message);
    }

    @Override
    public FailoverReport promoted(FailoverMessage message) {
      return unchanged.promoted(message);
    }

    @Override
    public void checkPromoted(@Nullable FailoverMessage message) {
      unchanged.checkPromoted(message);
    }

    @Override
    public FailoverReport abort(FailoverMessage message) {
      return unchanged.abort(message);
    }

    @Override
    public void checkAbort(@Nullable FailoverMessage message) {
      unchanged.checkAbort(message);
    }

    @Override
    public FailoverReport rollback(FailoverMessage message) {
      return unchanged.rollback(message);
    }

    @Override
    public void checkRollback(@Nullable FailoverMessage message) {
      unchanged.checkRollback(message);
    }
  }
}
