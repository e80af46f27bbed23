package dev.bbm.workflows.failover;

import static dev.bbm.workflows.failover.FailoverWorld.because;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.temporal.client.WorkflowStub;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.testing.TestWorkflowExtension;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What people say to a failover, and when it listens. */
@Timeout(180)
final class FailoverMessagesTest {

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
  void goesOnWhenAPersonHasPromoted() {
    WorkflowStub stub = world.promotedByAPerson().startAndWait();

    world.workflow.promoted(because("done"));

    assertThat(stub.getResult(FailoverReport.class).state()).isEqualTo(FailoverState.MOVED);
    assertThat(world.steps.calls())
        .containsSubsequence("catchUp", "confirmPromotion", "adopt")
        .doesNotContain("promote");
  }

  @Test
  void goesBackWhenNobodyPromotes() {
    WorkflowStub stub = world.promotedByAPerson().start();

    assertThatThrownBy(() -> stub.getResult(FailoverReport.class))
        .hasStackTraceContaining("nobody promoted the standby in time");
    assertThat(world.steps.calls()).contains("abort");
  }

  @Test
  void goesBackWhenAPersonSaysSo() {
    WorkflowStub stub = world.promotedByAPerson().startAndWait();

    FailoverReport report = world.workflow.abort(because("replication lags"));

    assertThat(report.state()).isEqualTo(FailoverState.ABORTED);
    assertThat(report.reason()).isEqualTo("replication lags (by sre)");
    assertThatThrownBy(() -> stub.getResult(FailoverReport.class))
        .hasStackTraceContaining("replication lags (by sre)");
  }

  @Test
  void leavesAStepThatHangsWhenAPersonAborts() {
    world.steps.hang("catchUp", "it lags");
    world.startAndWait();

    assertThat(world.workflow.abort(because("too slow")).state()).isEqualTo(FailoverState.ABORTED);
    assertThat(world.steps.calls()).containsSubsequence("catchUp", "abort");
  }

  @Test
  void refusesBeforeTheDecisionWhatBelongsAfterIt() {
    world.steps.hang("catchUp", "it lags");
    world.startAndWait();

    assertThatThrownBy(() -> world.workflow.rollback(because("slow")))
        .hasStackTraceContaining("it is not decided yet: until step 9 the way back is the update");
    assertThatThrownBy(() -> world.workflow.approve(because("go")))
        .hasStackTraceContaining("nothing waits for an approval now");
    assertThatThrownBy(() -> world.workflow.promoted(because("done")))
        .hasStackTraceContaining("nobody waits for a promotion by hand now");
    assertThatThrownBy(() -> world.workflow.abort(because(" ")))
        .hasStackTraceContaining("give a reason to abort");
  }

  @Test
  void refusesAnAbortAfterTheDecision() {
    world.steps.hang("activate", "database \"ci\" does not answer");
    world.startAndWait();

    assertThatThrownBy(() -> world.workflow.abort(because("too late")))
        .hasStackTraceContaining("after step 9 the way back is the update rollback");
    assertThatThrownBy(() -> world.workflow.rollback(because("")))
        .hasStackTraceContaining("give a reason to rollback");
  }

  @Test
  void asksBeforeAStepAndDoesNothingOfItUntilThen() {
    WorkflowStub stub =
        world.askingBefore(FailoverStep.PROMOTE, FailoverStep.DECIDE).startAndWait();
    assertThat(world.workflow.progress().waitingFor())
        .isEqualTo("approve step 6: promote the standby");
    assertThat(world.steps.calls()).endsWith("catchUp");

    world.workflow.approve(because("go"));
    world.pass(Duration.ofSeconds(2));
    assertThat(world.workflow.progress().waitingFor()).startsWith("approve step 9: decide");
    assertThat(world.steps.calls()).endsWith("retire");

    world.workflow.approve(because("go"));
    assertThat(stub.getResult(FailoverReport.class).state()).isEqualTo(FailoverState.MOVED);
  }

  @Test
  void canBeAbortedWhileItAsksForTheDecision() {
    world.askingBefore(FailoverStep.DECIDE).startAndWait();

    assertThat(world.page()).contains("Reversible until step 9.").contains("- `abort` with");
    assertThat(world.workflow.abort(because("no")).state()).isEqualTo(FailoverState.ABORTED);
    assertThat(world.steps.calls()).containsSubsequence("retire", "abort").doesNotContain("decide");
  }

  @Test
  void rollsBackWhileTheActivationHangs() {
    world.withHooks(Hook.values()).steps.hang("activate", "database \"ci\" does not answer");
    world.startAndWait();

    FailoverReport report = world.workflow.rollback(because("ci is broken"));

    assertThat(report.state()).isEqualTo(FailoverState.ROLLED_BACK);
    assertThat(world.steps.calls())
        .containsSubsequence("activate", "fenceCopy", "takeBack above 4", "undo pause_app")
        .doesNotContain("abort", "undo repoint_app");
  }

  @Test
  void goesOnWhenARollbackIsRefusedForWhatComesBack() {
    world
        .steps
        .refuse("checkRollback", "subscription \"back\" brings no progress")
        .hang("activate", "database \"ci\" does not answer");
    WorkflowStub stub = world.startAndWait();

    assertThatThrownBy(() -> world.workflow.rollback(because("it is broken")))
        .hasStackTraceContaining("subscription \"back\" brings no progress");

    world.steps.heal("activate");
    assertThat(stub.getResult(FailoverReport.class).state()).isEqualTo(FailoverState.MOVED);
    assertThat(world.steps.calls()).doesNotContain("fenceCopy");
  }

  @Test
  void listensWhenTheCopyIsSaidToBeStoppedLater() {
    world
        .steps
        .hang("activate", "database \"ci\" does not answer")
        .hang("fenceCopy", "database \"ci\" does not answer");
    WorkflowStub stub = world.startAndWait();
    var first = CompletableFuture.runAsync(() -> world.workflow.rollback(because("it is broken")));
    awaitCall("fenceCopy");
    world.pass(Duration.ofMinutes(1));

    world.workflow.rollback(new FailoverMessage("it is switched off", "sre", true));

    first.join();
    assertThatThrownBy(() -> stub.getResult(FailoverReport.class))
        .hasStackTraceContaining("rolled back");
    assertThat(world.steps.calls())
        .containsSubsequence("fenceCopy", "fenceCopy, stopped", "takeBack above 4");
  }

  @Test
  void waitsForAPersonWhenTheVerificationFails() {
    world.steps.on(
        "verify", () -> List.of(CheckResult.of("C6", "owners", List.of("two own it"), "")));
    WorkflowStub stub = world.startAndWait();
    assertThat(world.workflow.progress().waitingFor())
        .isEqualTo("checks failed (C6 two own it): send approve, or rollback");
    assertThatThrownBy(() -> world.workflow.abort(because("no")))
        .hasStackTraceContaining("the way back is the update rollback");

    world.workflow.approve(because("looked at"));

    assertThat(stub.getResult(FailoverReport.class).state()).isEqualTo(FailoverState.MOVED);
  }

  @Test
  void leadsTheApplicationBackWhenAVerificationEndsInARollback() {
    world
        .withHooks(Hook.values())
        .steps
        .on("verify", () -> List.of(CheckResult.of("C6", "owners", List.of("two own it"), "")));
    world.startAndWait();

    FailoverReport report = world.workflow.rollback(because("C6"));

    assertThat(report.state()).isEqualTo(FailoverState.ROLLED_BACK);
    assertThat(world.steps.calls())
        .containsSubsequence(
            "fenceCopy",
            "takeBack above 4",
            "undo resume_app",
            "undo repoint_app",
            "undo pause_app");
  }

  @Test
  void refusesARollbackWhileItReports() {
    world.steps.hang("listMigrations", "database \"main\" does not answer");
    WorkflowStub stub = world.startAndWait();

    assertThatThrownBy(() -> world.workflow.rollback(because("slow")))
        .hasStackTraceContaining("it has ended: ./bbm failover rollback ci");

    world.steps.heal("listMigrations");
    assertThat(stub.getResult(FailoverReport.class).state()).isEqualTo(FailoverState.MOVED);
  }

  @Test
  void rollsBackAFailoverThatHasEnded() {
    world.withHooks(Hook.values()).runToItsEnd();

    FailoverReport report = world.rollBackLater(true);

    assertThat(report.state()).isEqualTo(FailoverState.ROLLED_BACK);
    assertThat(report.reason()).isEqualTo("ci is slow (by sre)");
    assertThat(world.steps.calls())
        .containsSubsequence(
            "verify",
            "fenceCopy, stopped",
            "takeBack above 4",
            "undo resume_app",
            "undo repoint_app",
            "undo pause_app",
            "listMigrations");
  }

  @Test
  void showsWhatToDoWhileItWaits() {
    world.promotedByAPerson().withHooks(Hook.PAUSE_APP).startAndWait();

    String page = world.page();

    assertThat(page)
        .startsWith("## ▶ Waiting for you: promote the standby of ci, then send promoted\n")
        .containsPattern(
            "Aborts by itself at \\d\\d:\\d\\d:\\d\\d UTC\\. Reversible until step 9\\.")
        .containsPattern("Moved migrations wait since \\d\\d:\\d\\d:\\d\\d UTC\\.")
        .containsPattern("As of \\d\\d:\\d\\d:\\d\\d UTC \\(press R\\)")
        .contains("- [x] 0 Checked: 1/1 · ")
        .contains("- [x] 3 Fenced: main, epoch 2 · ")
        .contains("- [ ] **6 promote the standby ← here**\n- [ ] 7 adopt the copy")
        .contains("**Relabelled**\n\n- main\\_3: ci\\_pipelines is gitlab\\_ci, not gitlab\\_main")
        .contains("- [ ] 9 decide: no abort after this")
        .contains("runbook: docs/failover.md, step 6")
        .contains("- `promoted` with `{\"by\": \"you\"}`\n- `abort` with `{\"reason\": \"…\"}`")
        .contains("`./bbm failover resume ci`");
  }

  /** The message of another thread has arrived, and led to this call. */
  private void awaitCall(String call) {
    long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
    while (!world.steps.calls().contains(call)) {
      if (System.nanoTime() > end) {
        throw new AssertionError("never called: " + call + "; " + world.steps.calls());
      }
      LockSupport.parkNanos(20_000_000);
    }
  }
}
