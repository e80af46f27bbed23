package dev.bbm.workflows.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.temporal.client.WorkflowStub;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.testing.TestWorkflowExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Records the histories that {@link ReplayTest} replays; docs/testing.md says when and how. */
@Tag("record")
@Timeout(180)
final class HistoryRecordingTest {

  @RegisterExtension
  static final TestWorkflowExtension TEMPORAL =
      TestWorkflowExtension.newBuilder()
          .setWorkflowClientOptions(MigrationWorld.CLIENT)
          .setDoNotStart(true)
          .build();

  private static final String RELEASE = System.getProperty("release", "");
  private static final Duration A_MOMENT = Duration.ofSeconds(1);

  private MigrationWorld world;

  @BeforeEach
  void createWorld(TestWorkflowEnvironment temporal) {
    assertThat(RELEASE).as("system property release").matches("\\d+\\.\\d+\\.\\d+");
    world = new MigrationWorld(temporal);
  }

  @Test
  void plainRunWithTwoLanes() throws IOException {
    world.row.change(row -> row.onLanes(2));
    world.slices.thenAdvance(4);

    finish(world.withAllWorkers().start());

    record("two-lanes");
  }

  @Test
  void pausedAndResumedByUpdate() throws IOException {
    WorkflowStub stub = startHeld();

    world.workflow.pause(new ChangeRequest("maintenance", "sre"));
    world.pass(Duration.ofMinutes(3));
    world.workflow.resume(new ChangeRequest("maintenance is over", "sre"));
    finish(stub);

    record("paused-and-resumed-by-update");
  }

  @Test
  void pausedAndResumedBySignal() throws IOException {
    WorkflowStub stub = world.start();
    world.workflow.pauseLater(new ChangeRequest("maintenance", null));

    world.withAllWorkers().pass(Duration.ofMinutes(3));
    world.workflow.resumeLater(new ChangeRequest("maintenance is over", null));
    finish(stub);

    record("paused-and-resumed-by-signal");
  }

  @Test
  void heldUntilTheRowChanged() throws IOException {
    world.slices.thenHold("replica lag 14.2 s > 10 s");
    WorkflowStub stub = startHeld();
    world.pass(Duration.ofMinutes(1));

    world.row.change(row -> row);
    world.workflow.changed(world.row.version());
    finish(stub);

    record("held");
  }

  @Test
  void pacedByTheInterval() throws IOException {
    world.row.change(row -> row.onLanes(2));
    Instant now = Instant.ofEpochMilli(world.temporal.currentTimeMillis());
    world
        .slices
        .then(_ -> new SliceOutcome.Waiting(world.row.view(), now.plusSeconds(120)))
        .then(_ -> new SliceOutcome.Waiting(world.row.view(), now.plusSeconds(120)));

    finish(world.withAllWorkers().start());

    record("interval");
  }

  @Test
  void failed() throws IOException {
    WorkflowStub stub = startHeld();
    world.slices.then(_ ->
        new SliceOutcome.Stopped(
            world.row.change(
                row -> row.in(MigrationStatus.FAILED).because("2 jobs failed 3 times"))));

    assertThatThrownBy(() -> stub.getResult(MigrationView.class))
        .hasStackTraceContaining("2 jobs failed 3 times");

    record("failed");
  }

  @Test
  void continuedAsNew() throws IOException {
    var options =
        TestEnvironmentOptions.newBuilder()
            .setWorkflowClientOptions(MigrationWorld.CLIENT)
            .setWorkflowServiceStubsOptions(
                WorkflowServiceStubsOptions.newBuilder()
                    .setGrpcClientInterceptors(List.of(new EarlyContinueAsNew()))
                    .build())
            .build();
    try (var temporal = TestWorkflowEnvironment.newInstance(options)) {
      world = new MigrationWorld(temporal).withAllWorkers();
      world.row.pause("maintenance");
      world.start();
      world.pass(Duration.ofMinutes(10));

      assertThat(world.workflow.progress().status()).isEqualTo(MigrationStatus.PAUSED);
      record("continued-as-new");
    }
  }

  /** Starts a migration whose first slice is held, so that it waits. */
  private WorkflowStub startHeld() {
    world.slices.thenHold("waits for main_7");
    WorkflowStub stub = world.withAllWorkers().start();
    world.pass(A_MOMENT);
    return stub;
  }

  private static void finish(WorkflowStub stub) {
    assertThat(stub.getResult(MigrationView.class).status()).isEqualTo(MigrationStatus.FINISHED);
  }

  /** A recorded history is never written over. */
  private void record(String name) throws IOException {
    String json =
        world
            .temporal
            .getWorkflowClient()
            .fetchHistory(MigrationWorld.RUN.workflowId(), world.firstRunId())
            .toJson(true);
    Path file = Histories.FOLDER.resolve("%s-%s.json".formatted(RELEASE, name));
    Files.createDirectories(Histories.FOLDER);
    Files.writeString(file, json + "\n", StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }
}
