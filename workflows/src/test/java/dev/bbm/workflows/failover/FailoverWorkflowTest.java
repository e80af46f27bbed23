package dev.bbm.workflows.failover;

import static dev.bbm.workflows.failover.FailoverWorld.because;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bbm.workflows.failure.ErrorCode;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowStub;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.testing.TestWorkflowExtension;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The way forward, and what leads back from each step of it. */
@Timeout(180)
final class FailoverWorkflowTest {

  private static final List<String> FORWARD =
      List.of(
          "check",
          "label",
          "drain",
          "fence",
          "lockMoved",
          "catchUp",
          "promote",
          "confirmPromotion",
          "adopt",
          "retire",
          "decide",
          "activate",
          "lockForeign",
          "verify",
          "listMigrations");

  @RegisterExtension
  static final TestWorkflowExtension TEMPORAL =
      TestWorkflowExtension.newBuilder()
          .setWorkflowClientOptions(FailoverWorld.CLIENT)
          .setDoNotStart(true)
          .build();

  private FailoverWorld world;

  @BeforeEach
  void startWorker(TestWorkflowEnvironment temporal) {
    world = new FailoverWorld(temporal);
  }

  @Test
  void takesTheStepsInTheirOrder() {
    FailoverReport report = world.runToItsEnd();

    assertThat(world.steps.calls()).isEqualTo(FORWARD);
    assertThat(report.state()).isEqualTo(FailoverState.MOVED);
    assertThat(report.steps()).extracting(StepRecord::step).containsExactly(FailoverStep.values());
    assertThat(report.writePause()).isNotNull();
    assertThat(report.relabelled()).hasSize(1);
  }

  @Test
  void runsTheHooksWhereTheyBelong() {
    world.withHooks(Hook.values()).runToItsEnd();

    assertThat(world.steps.calls())
        .containsSubsequence("fence", "pause_app", "lockMoved")
        .containsSubsequence("lockForeign", "repoint_app", "resume_app", "verify")
        .noneMatch(call -> call.startsWith("undo"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "check",
        "label",
        "drain",
        "fence",
        "lockMoved",
        "catchUp",
        "promote",
        "confirmPromotion",
        "adopt",
        "retire",
        "decide"
      })
  void goesBackWhenAStepIsRefused(String step) {
    world.steps.refuse(step, "the standby is gone");

    assertThatAbortsWith("the standby is gone");

    assertThat(world.steps.calls())
        .startsWith(FORWARD.subList(0, FORWARD.indexOf(step) + 1).toArray(String[]::new))
        .contains("abort")
        .doesNotContain("activate");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "check",
        "label",
        "drain",
        "fence",
        "lockMoved",
        "catchUp",
        "promote",
        "confirmPromotion",
        "adopt",
        "retire",
        "decide"
      })
  void goesBackWhenAStepIsNotDoneInTime(String step) {
    world.steps.hang(step, "database \"ci\" does not answer");

    assertThatAbortsWith("not within");

    assertThat(world.steps.calls()).contains("abort").doesNotContain("activate");
  }

  @Test
  void goesBackWhenACheckFails() {
    world.steps.on(
        "check", () -> List.of(CheckResult.of("P4", "standby", List.of("it lags by 3 GB"), "")));

    assertThatAbortsWith("1 of 1 checks failed: P4 it lags by 3 GB");

    assertThat(world.steps.calls()).containsExactly("check", "abort", "listMigrations");
  }

  @Test
  void goesForwardWhenItTurnsOutToBeDecided() {
    world.steps.hang("decide", "connection lost").on("abort", () -> Decision.COMMIT);

    FailoverReport report = world.runToItsEnd();

    assertThat(report.state()).isEqualTo(FailoverState.MOVED);
    assertThat(world.steps.calls()).containsSubsequence("decide", "abort", "activate", "verify");
  }

  @Test
  void goesForwardWhenAnEarlierRunHasDecided() {
    world.steps.refuse("check", "the standby is none any more").on("abort", () -> Decision.COMMIT);

    FailoverReport report = world.runToItsEnd();

    assertThat(report.state()).isEqualTo(FailoverState.MOVED);
    assertThat(world.steps.calls())
        .containsSubsequence("check", "abort", "fence", "activate", "verify");
  }

  @Test
  void repeatsTheWayBackUntilTheSourceAnswers() {
    world.steps.refuse("adopt", "no").refuse("abort", "database \"main\" does not answer");
    WorkflowStub stub = world.startAndWait();

    world.pass(Duration.ofMinutes(3));
    assertThat(world.workflow.progress().reason()).contains("does not answer");
    world.steps.heal("abort");

    assertThatThrownBy(() -> stub.getResult(FailoverReport.class))
        .isInstanceOf(WorkflowFailedException.class);
    assertThat(world.steps.calls()).endsWith("abort", "listMigrations");
  }

  @Test
  void letsTheApplicationGoOnWhenItGoesBack() {
    world.withHooks(Hook.values()).steps.refuse("catchUp", "it lags");

    assertThatAbortsWith("it lags");

    assertThat(world.steps.calls())
        .containsSubsequence("pause_app", "abort", "undo pause_app")
        .doesNotContain("undo repoint_app", "undo resume_app");
  }

  @Test
  void undoesNoHookThatNeverRan() {
    world.withHooks(Hook.values()).steps.refuse("label", "no");

    assertThatAbortsWith("no");

    assertThat(world.steps.calls()).noneMatch(call -> call.endsWith("_app"));
  }

  @Test
  void goesBackWhenAHookFails() {
    world.withHooks(Hook.PAUSE_APP).steps.refuse("pause_app", "exit code 1");

    assertThatAbortsWith("exit code 1");

    assertThat(world.steps.calls()).containsSubsequence("pause_app", "abort", "undo pause_app");
  }

  @Test
  void goesBackWhenItIsCancelledInTemporal() {
    world.promotedByAPerson();
    WorkflowStub stub = world.startAndWait();

    stub.cancel();

    assertThatThrownBy(() -> stub.getResult(FailoverReport.class))
        .hasCauseInstanceOf(CanceledFailure.class);
    assertThat(world.steps.calls()).containsSubsequence("catchUp", "abort", "listMigrations");
  }

  @Test
  void goesForwardAllTheSameWhenItIsCancelledAfterTheDecision() {
    world.steps.hang("activate", "database \"ci\" does not answer");
    WorkflowStub stub = world.startAndWait();

    stub.cancel();
    world.pass(Duration.ofMinutes(1));
    world.steps.heal("activate");

    assertThatThrownBy(() -> stub.getResult(FailoverReport.class))
        .hasCauseInstanceOf(CanceledFailure.class);
    assertThat(world.steps.calls())
        .containsSubsequence("activate", "lockForeign", "verify", "listMigrations")
        .doesNotContain("abort");
  }

  @Test
  void triesARefusedActivationAgainWhenAPersonApproves() {
    world.steps.refuse("activate", "the copy is not ready for this failover");
    WorkflowStub stub = world.startAndWait();
    assertThat(world.workflow.progress().waitingFor())
        .isEqualTo(
            "activate the copy failed (the copy is not ready for this failover): send approve to"
                + " try again");

    world.steps.heal("activate");
    world.workflow.approve(because("mended"));

    assertThat(stub.getResult(FailoverReport.class).state()).isEqualTo(FailoverState.MOVED);
  }

  private void assertThatAbortsWith(String sentence) {
    assertThatThrownBy(() -> world.runToItsEnd())
        .isInstanceOf(WorkflowFailedException.class)
        .cause()
        .isInstanceOfSatisfying(
            ApplicationFailure.class,
            failure -> {
              assertThat(failure.getType()).isEqualTo(ErrorCode.FAILOVER_ABORTED.name());
              assertThat(failure.getOriginalMessage())
                  .startsWith("failover of ci was aborted: ")
                  .contains(sentence);
              assertThat(failure.getDetails().get(FailoverReport.class).state())
                  .isEqualTo(FailoverState.ABORTED);
            });
  }
}
