package dev.bbm.workflows.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.bbm.workflows.failure.ErrorCode;
import dev.bbm.workflows.migration.ScriptedSlices.Call;
import io.temporal.api.enums.v1.EventType;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.api.sdk.v1.WorkflowDefinition;
import io.temporal.api.sdk.v1.WorkflowInteractionDefinition;
import io.temporal.client.WorkflowStub;
import io.temporal.client.WorkflowUpdateException;
import io.temporal.client.WorkflowUpdateHandle;
import io.temporal.client.WorkflowUpdateStage;
import io.temporal.failure.ApplicationFailure;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.testing.TestWorkflowExtension;
import io.temporal.worker.WorkerFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a running migration answers to people: updates, signals, the query and its page. */
@Timeout(180)
final class MigrationMessagesWorkflowTest {

  @RegisterExtension
  static final TestWorkflowExtension TEMPORAL =
      TestWorkflowExtension.newBuilder()
          .setWorkflowClientOptions(MigrationWorld.CLIENT)
          .setDoNotStart(true)
          .build();

  private static final Duration A_MOMENT = Duration.ofSeconds(1);

  private MigrationWorld world;

  @BeforeEach
  void createWorld(TestWorkflowEnvironment temporal) {
    world = new MigrationWorld(temporal);
  }

  @Test
  void pausesTheRowByAnUpdate() {
    startHeld();

    MigrationView answer = world.workflow.pause(new ChangeRequest("maintenance", "sre"));
    world.pass(Duration.ofMinutes(10));

    assertThat(answer.status()).isEqualTo(MigrationStatus.PAUSED);
    assertThat(answer.reason()).isEqualTo("maintenance");
    assertThat(world.control.pauses())
        .containsExactly(new StatusChange(ViewBuilder.UID, "maintenance", "sre"));
    assertThat(world.slices.calls()).hasSize(1);
    assertThat(world.workflow.progress()).isEqualTo(answer);
    assertThat(world.metadata().getCurrentDetails()).startsWith("## ⏸ Paused: maintenance\n");
  }

  @Test
  void pausesWhileASliceRuns() {
    world.slices.then(_ -> {
      world.workflow.pause(new ChangeRequest("maintenance", "sre"));
      return new SliceOutcome.Stopped(world.row.view());
    });
    world.withAllWorkers().start();

    world.pass(Duration.ofMinutes(10));

    assertThat(world.row.view().status()).isEqualTo(MigrationStatus.PAUSED);
    assertThat(world.slices.calls()).hasSize(1);
    assertThat(world.workflow.progress()).isEqualTo(world.row.view());
  }

  @Test
  void showsAPauseThatWasTakenBackWhileASliceRuns() {
    world.slices.then(_ -> {
      world.workflow.pause(new ChangeRequest("maintenance", "sre"));
      world.row.enter(MigrationStatus.ACTIVE);
      world.workflow.changed(world.row.version());
      awaitShown(world.row.view());
      return new SliceOutcome.Advanced(world.row.view());
    });

    assertRunsToItsEnd(world.withAllWorkers().start());

    assertThat(world.slices.calls()).extracting(Call::attempt).containsExactly(1, 1);
  }

  @Test
  void asksAgainWhenAHoldIsOlderThanWhatIsShown() {
    world.slices.then(_ -> {
      MigrationView before = world.row.view();
      world.row.change(row -> row);
      world.workflow.changed(world.row.version());
      awaitShown(world.row.view());
      return new SliceOutcome.Held(before, "replica lag 14.2 s > 10 s");
    });
    world.withAllWorkers().start();

    world.pass(Duration.ofSeconds(5));

    assertThat(world.slices.calls()).extracting(Call::attempt).containsExactly(1, 1);
  }

  @Test
  void takesABareTextAsTheReason() {
    WorkflowStub stub = startHeld();

    stub.update("pause", MigrationView.class, "maintenance");

    assertThat(world.control.pauses())
        .containsExactly(new StatusChange(ViewBuilder.UID, "maintenance", "Temporal"));
  }

  @Test
  void answersAnUpdateThatIsUnderWayBeforeItEnds() {
    WorkflowStub stub = startHeld();
    world.control.slowDownPauses();
    WorkflowUpdateHandle<MigrationView> update =
        stub.startUpdate(
            "pause",
            WorkflowUpdateStage.ACCEPTED,
            MigrationView.class,
            new ChangeRequest("maintenance", "sre"));

    world.row.enter(MigrationStatus.FINISHED);
    world.workflow.changed(world.row.version());
    world.pass(A_MOMENT);
    world.control.letPausesGo();

    assertRefused(update::getResult)
        .hasMessageContaining("main_1 is finished: only an active migration can be paused");
    assertRunsToItsEnd(stub);
  }

  @Test
  void saysThatTemporalAskedWhenNobodyIsNamed() {
    startHeld();

    world.workflow.pause(new ChangeRequest("maintenance", null));

    assertThat(world.control.pauses()).singleElement().extracting("by").isEqualTo("Temporal");
  }

  @Test
  void resumesByAnUpdate() {
    world.row.pause("maintenance");
    WorkflowStub stub = world.withAllWorkers().start();
    world.pass(A_MOMENT);

    MigrationView answer = world.workflow.resume(new ChangeRequest("over", "sre"));

    assertThat(answer.status()).isEqualTo(MigrationStatus.ACTIVE);
    assertThat(world.control.resumes())
        .containsExactly(new StatusChange(ViewBuilder.UID, "over", "sre"));
    assertThat(stub.getResult(MigrationView.class).status()).isEqualTo(MigrationStatus.FINISHED);
  }

  @Test
  void goesOnAtOnceAfterAResume() {
    world.row.pause("maintenance");
    world.slices.thenHold("waits for main_7");
    world.withAllWorkers().start();
    world.pass(A_MOMENT);

    world.workflow.resume(new ChangeRequest("over", "sre"));
    world.pass(A_MOMENT);

    assertThat(world.slices.calls()).hasSize(1);
  }

  @Test
  void refusesAPauseWithoutAReasonAndShowsTheJson() {
    startHeld();

    assertRefused(() -> world.workflow.pause(new ChangeRequest(" ", "sre")))
        .hasMessageContaining("give a reason: {\"reason\": \"maintenance\", \"by\": \"you\"}");
    assertRefused(() -> world.workflow.pause(new ChangeRequest(null, "sre")))
        .hasMessageContaining("give a reason: {\"reason\": \"maintenance\", \"by\": \"you\"}");
    assertThat(world.control.pauses()).isEmpty();
    assertThat(acceptedUpdates()).isZero();
  }

  @Test
  void refusesAnUpdateWithoutAnyJson() {
    WorkflowStub stub = startHeld();

    assertRefused(() -> stub.update("pause", MigrationView.class))
        .hasMessageContaining("give a reason: {\"reason\": \"maintenance\", \"by\": \"you\"}");
    assertRefused(() -> stub.update("resume", MigrationView.class))
        .hasMessageContaining(
            "send one JSON object: {\"reason\": \"maintenance\", \"by\": \"you\"}");
    assertThat(acceptedUpdates()).isZero();
  }

  @Test
  void refusesAnUpdateThatIsNoObject() {
    WorkflowStub stub = startHeld();

    assertRefused(() -> stub.update("pause", MigrationView.class, 42));
    assertThat(acceptedUpdates()).isZero();
    assertRunsToItsEnd(stub);
  }

  @Test
  void toleratesFieldsThatItDoesNotKnow() {
    WorkflowStub stub = startHeld();

    stub.update("pause", MigrationView.class, new LaterRequest("maintenance", "sre", "chg-1"));

    assertThat(world.row.view().status()).isEqualTo(MigrationStatus.PAUSED);
  }

  @Test
  void passesTheMessageOfARefusedTransition() {
    WorkflowStub stub = startHeld();
    world.row.enter(MigrationStatus.FINALIZING);

    assertRefused(() -> world.workflow.pause(new ChangeRequest("maintenance", "sre")))
        .isInstanceOfSatisfying(
            ApplicationFailure.class,
            refusal -> {
              assertThat(refusal.getType()).isEqualTo("ILLEGAL_TRANSITION");
              assertThat(refusal.getOriginalMessage())
                  .isEqualTo("main_1 is finalizing: only an active migration can be paused");
            });
    assertThat(stackTracesOfRefusals()).containsExactly("");
    assertRunsToItsEnd(stub);
  }

  @Test
  void failsAnUpdateWithin10SecondsWhenNoWorkerAnswers() {
    WorkflowStub stub = world.withoutControl().start();
    long before = world.temporal.currentTimeMillis();

    WorkflowUpdateHandle<MigrationView> update =
        stub.startUpdate(
            "pause",
            WorkflowUpdateStage.ACCEPTED,
            MigrationView.class,
            new ChangeRequest("maintenance", "sre"));
    world.pass(Duration.ofSeconds(11));

    assertRefused(update::getResult)
        .isInstanceOfSatisfying(
            ApplicationFailure.class,
            refusal -> {
              assertThat(refusal.getType()).isEqualTo("DATABASE_UNREACHABLE");
              assertThat(refusal.getOriginalMessage())
                  .isEqualTo(
                      "no worker that owns gitlab_main answered within 10 s; start one with ./bbm worker, or use ./bbm pause <id>");
            });
    assertThat(world.temporal.currentTimeMillis() - before).isBetween(10_000L, 60_000L);
  }

  @Test
  void saysWhyTheDatabaseDidNotTakeAnUpdate() {
    startHeld();
    world.control.goDown(ErrorCode.DATABASE_UNREACHABLE, "database main does not answer");

    WorkflowUpdateHandle<MigrationView> update =
        WorkflowStub.fromTyped(world.workflow)
            .startUpdate(
                "resume",
                WorkflowUpdateStage.ACCEPTED,
                MigrationView.class,
                new ChangeRequest("over", "sre"));
    world.pass(Duration.ofSeconds(15));

    assertRefused(update::getResult).hasMessageContaining("database main does not answer");
  }

  @Test
  void keepsASignalUntilAWorkerAnswers() {
    WorkflowStub stub = world.withoutControl().start();
    world.workflow.pauseLater(new ChangeRequest("maintenance", "sre"));
    world.pass(Duration.ofSeconds(2));
    assertThat(world.control.pauses()).isEmpty();

    WorkerFactory factory = world.startControl();
    world.pass(Duration.ofSeconds(10));

    assertThat(world.control.pauses())
        .containsExactly(new StatusChange(ViewBuilder.UID, "maintenance", "sre"));
    assertThat(world.workflow.progress().status()).isEqualTo(MigrationStatus.PAUSED);
    assertThat(stub.describe().getStatus().name()).isEqualTo("WORKFLOW_EXECUTION_STATUS_RUNNING");
    factory.shutdown();
  }

  @Test
  void hearsSignalsThatCameBeforeAnyWorker() {
    world.start();
    world.workflow.pauseLater(new ChangeRequest("maintenance", "sre"));
    world.workflow.changed(new Changed(1, 1));

    world.withAllWorkers();
    world.pass(Duration.ofMinutes(1));

    assertThat(world.row.view().status()).isEqualTo(MigrationStatus.PAUSED);
  }

  @Test
  void resumesByASignal() {
    world.row.pause("maintenance");
    WorkflowStub stub = world.withAllWorkers().start();
    world.pass(A_MOMENT);

    world.workflow.resumeLater(new ChangeRequest("over", "sre"));

    assertThat(stub.getResult(MigrationView.class).status()).isEqualTo(MigrationStatus.FINISHED);
    assertThat(world.control.resumes())
        .containsExactly(new StatusChange(ViewBuilder.UID, "over", "sre"));
  }

  @Test
  void livesOnWhenASignalIsRefused() {
    WorkflowStub stub = startHeld();
    world.row.enter(MigrationStatus.FINALIZING);

    world.workflow.pauseLater(new ChangeRequest("maintenance", "sre"));
    world.pass(A_MOMENT);

    assertThat(world.control.pauses()).hasSize(1);
    assertRunsToItsEnd(stub);
  }

  @Test
  void livesOnWhenASignalIsNoObject() {
    WorkflowStub stub = startHeld();

    stub.signal("pause", 42);
    stub.signal("changed", 42);
    stub.signal("pause");
    world.pass(A_MOMENT);

    assertThat(world.control.pauses())
        .containsExactly(new StatusChange(ViewBuilder.UID, null, "Temporal"));
    world.workflow.resumeLater(new ChangeRequest("over", "sre"));
    assertRunsToItsEnd(stub);
  }

  @Test
  void readsTheRowAgainWhenChangedIsSentWithoutJson() {
    world.row.pause("maintenance");
    WorkflowStub stub = world.withAllWorkers().start();
    world.pass(A_MOMENT);

    stub.signal("changed");
    world.pass(A_MOMENT);

    assertThat(world.control.loads()).hasSize(2);
  }

  @Test
  void saysThatTheRowHasNotBeenReadYet() {
    world.withoutControl().start();
    world.pass(A_MOMENT);

    assertThatThrownBy(world.workflow::progress)
        .hasStackTraceContaining(
            "the migration's row has not been read yet; a worker that owns gitlab_main reads it");
    assertThat(world.metadata().getCurrentDetails())
        .startsWith("## ⏳ Waiting for a worker that serves gitlab_main\n");
  }

  @Test
  void showsWhatTheRunBeforeSawUntilTheRowIsRead() {
    MigrationView seen = world.row.pause("maintenance");
    world.withoutControl().start(MigrationWorld.RUN.seenLast(seen));
    world.pass(A_MOMENT);

    assertThat(world.workflow.progress()).isEqualTo(seen);
    assertThat(world.metadata().getCurrentDetails()).isEqualTo(MigrationDetails.of(seen));
  }

  @Test
  void showsTheRowAsItsPage() {
    startHeld();
    world.row.change(row -> row.because("replica lag 14.2 s > 10 s"));
    world.workflow.changed(world.row.version());
    world.slices.thenHold("replica lag 14.2 s > 10 s");
    world.pass(A_MOMENT);

    assertThat(world.metadata().getCurrentDetails())
        .isEqualTo(MigrationDetails.of(world.row.view()));
  }

  @Test
  void offersUpdatesAndSignalsOfOneNameWithExamples() {
    startHeld();

    WorkflowDefinition definition = world.metadata().getDefinition();

    assertThat(definition.getUpdateDefinitionsList())
        .extracting(
            WorkflowInteractionDefinition::getName, WorkflowInteractionDefinition::getDescription)
        .containsExactly(
            tuple(
                "pause",
                "Pause the migration; it stops within one sub-batch. Example: {\"reason\": \"maintenance\", \"by\": \"you\"}"),
            tuple(
                "resume",
                "Resume the migration at its cursor. Example: {\"reason\": \"maintenance is over\", \"by\": \"you\"}"));
    assertThat(definition.getSignalDefinitionsList())
        .extracting(
            WorkflowInteractionDefinition::getName, WorkflowInteractionDefinition::getDescription)
        .containsExactly(
            tuple(
                "changed",
                "Read the migration's row again now. Sent by bbm when the row changed; needs no JSON"),
            tuple("pause", "Pause once a worker lives. Example: {\"reason\": \"maintenance\"}"),
            tuple(
                "resume",
                "Resume once a worker lives. Example: {\"reason\": \"maintenance is over\"}"));
    assertThat(definition.getQueryDefinitionsList())
        .extracting(WorkflowInteractionDefinition::getName)
        .contains("progress");
  }

  private record LaterRequest(String reason, String by, String ticket) {}

  /** Starts a migration whose first slice is held, so that it waits. */
  private WorkflowStub startHeld() {
    world.slices.thenHold("waits for main_7");
    WorkflowStub stub = world.withAllWorkers().start();
    world.pass(A_MOMENT);
    return stub;
  }

  /** From within a slice; in real time, since the server's stands still meanwhile. */
  private void awaitShown(MigrationView view) {
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!world.workflow.progress().equals(view)) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("the workflow never shows revision " + view.revision());
      }
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
  }

  private static void assertRunsToItsEnd(WorkflowStub stub) {
    assertThat(stub.getResult(MigrationView.class).status()).isEqualTo(MigrationStatus.FINISHED);
  }

  private static AbstractThrowableAssert<?, ?> assertRefused(ThrowingCallable update) {
    return assertThatThrownBy(update).isInstanceOf(WorkflowUpdateException.class).cause();
  }

  /** What the Web UI prints below the sentence. */
  private List<String> stackTracesOfRefusals() {
    return world.history().stream()
        .filter(HistoryEvent::hasWorkflowExecutionUpdateCompletedEventAttributes)
        .map(event -> event.getWorkflowExecutionUpdateCompletedEventAttributes().getOutcome())
        .map(outcome -> outcome.getFailure().getStackTrace())
        .toList();
  }

  private long acceptedUpdates() {
    return world.history().stream()
        .filter(event ->
            event.getEventType() == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED)
        .count();
  }
}
