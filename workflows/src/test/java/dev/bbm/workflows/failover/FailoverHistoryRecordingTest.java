package dev.bbm.workflows.failover;

import static dev.bbm.workflows.failover.FailoverWorld.because;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.temporal.client.WorkflowStub;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.testing.TestWorkflowExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Records the histories that {@link FailoverReplayTest} replays; docs/testing.md says when and how.
 */
@Tag("record")
@Timeout(180)
final class FailoverHistoryRecordingTest {

  @RegisterExtension
  static final TestWorkflowExtension TEMPORAL =
      TestWorkflowExtension.newBuilder()
          .setWorkflowClientOptions(FailoverWorld.CLIENT)
          .setDoNotStart(true)
          .build();

  private static final String RELEASE = System.getProperty("release", "");

  private FailoverWorld world;

  @BeforeEach
  void startWorker(TestWorkflowEnvironment temporal) {
    assertThat(RELEASE).as("system property release").matches("\\d+\\.\\d+\\.\\d+");
    world = new FailoverWorld(temporal);
  }

  @Test
  void movedWithHooks() throws IOException {
    world.withHooks(Hook.values()).runToItsEnd();

    record("moved-with-hooks");
  }

  @Test
  void promotedByAPersonAndApproved() throws IOException {
    WorkflowStub stub = world.promotedByAPerson().askingBefore(FailoverStep.DECIDE).startAndWait();
    world.workflow.promoted(because("done"));
    world.pass(Duration.ofSeconds(2));
    world.workflow.approve(because("go"));
    stub.getResult(FailoverReport.class);

    record("promoted-by-a-person");
  }

  @Test
  void abortedByAPerson() throws IOException {
    WorkflowStub stub = world.promotedByAPerson().withHooks(Hook.values()).startAndWait();
    world.workflow.abort(because("replication lags"));
    assertThatThrownBy(() -> stub.getResult(FailoverReport.class)).isNotNull();

    record("aborted-by-a-person");
  }

  @Test
  void abortedByItself() throws IOException {
    world.steps.hang("catchUp", "it lags");
    assertThatThrownBy(() -> world.runToItsEnd()).isNotNull();

    record("aborted-by-itself");
  }

  @Test
  void decidedWithoutKnowing() throws IOException {
    world.steps.hang("decide", "connection lost").on("abort", () -> Decision.COMMIT);
    world.runToItsEnd();

    record("decided-without-knowing");
  }

  @Test
  void rolledBackAfterTheVerification() throws IOException {
    world
        .withHooks(Hook.values())
        .steps
        .on("verify", () -> List.of(CheckResult.of("C6", "owners", List.of("two own it"), "")));
    WorkflowStub stub = world.startAndWait();
    world.workflow.rollback(because("C6"));
    assertThatThrownBy(() -> stub.getResult(FailoverReport.class)).isNotNull();

    record("rolled-back");
  }

  @Test
  void rolledBackLater() throws IOException {
    world.rollBackLater(false);

    record("rolled-back-later");
  }

  @Test
  void cancelled() throws IOException {
    WorkflowStub stub = world.promotedByAPerson().startAndWait();
    stub.cancel();
    assertThatThrownBy(() -> stub.getResult(FailoverReport.class)).isNotNull();

    record("cancelled");
  }

  /** A recorded history is never written over. */
  private void record(String name) throws IOException {
    String json =
        world
            .temporal
            .getWorkflowClient()
            .fetchHistory(FailoverWorld.SCOPE.workflowId())
            .toJson(true);
    Path file = FailoverHistories.FOLDER.resolve("%s-%s.json".formatted(RELEASE, name));
    Files.createDirectories(FailoverHistories.FOLDER);
    Files.writeString(file, json + "\n", StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }
}
