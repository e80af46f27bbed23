package dev.bbm.workflows.migration;

import static org.assertj.core.api.Assertions.assertThat;

import io.temporal.api.enums.v1.EventType;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.client.WorkflowStub;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.testing.TestWorkflowExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A migration that is left paused: looked at each minute, its history never grows long. */
@Timeout(120)
final class LongPauseWorkflowTest {

  private static final Duration HALF_A_DAY = Duration.ofHours(12);

  @RegisterExtension
  static final TestWorkflowExtension TEMPORAL =
      TestWorkflowExtension.newBuilder()
          .setWorkflowClientOptions(MigrationWorld.CLIENT)
          .setDoNotStart(true)
          .build();

  @Test
  void continuesAsNewAndGoesOnWhereItStood(TestWorkflowEnvironment temporal) {
    var world = new MigrationWorld(temporal).withStickyWorkers();
    MigrationView paused = world.row.pause("change freeze");
    WorkflowStub stub = world.start();

    world.pass(HALF_A_DAY);

    assertThat(world.workflow.progress()).isEqualTo(world.row.view());
    assertThat(world.control.loads()).hasSizeBetween(12 * 60 - 5, 12 * 60 + 5);
    assertThat(world.slices.calls()).isEmpty();
    world.workflow.resume(new ChangeRequest("freeze is over", "sre"));
    assertThat(stub.getResult(MigrationView.class).status()).isEqualTo(MigrationStatus.FINISHED);
    assertThat(runs(world))
        .hasSizeGreaterThanOrEqualTo(3)
        .allSatisfy(history -> assertThat(history).hasSizeLessThan(2_100));
    assertThat(argumentOfTheSecondRun(world).lastView()).isEqualTo(paused);
  }

  private static MigrationRun argumentOfTheSecondRun(MigrationWorld world) {
    return Messages.CONVERTER.fromPayloads(
        0,
        Optional.of(
            runs(world).get(1).getFirst().getWorkflowExecutionStartedEventAttributes().getInput()),
        MigrationRun.class,
        MigrationRun.class);
  }

  private static List<List<HistoryEvent>> runs(MigrationWorld world) {
    List<List<HistoryEvent>> runs = new ArrayList<>();
    String runId = world.firstRunId();
    while (!runId.isEmpty()) {
      List<HistoryEvent> history = world.history(runId);
      runs.add(history);
      runId = nextRunOf(history);
    }
    return runs;
  }

  private static String nextRunOf(List<HistoryEvent> history) {
    HistoryEvent last = history.getLast();
    return last.getEventType() == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW
        ? last.getWorkflowExecutionContinuedAsNewEventAttributes().getNewExecutionRunId()
        : "";
  }
}
