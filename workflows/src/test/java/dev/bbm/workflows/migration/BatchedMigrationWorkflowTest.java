package dev.bbm.workflows.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bbm.workflows.failure.ErrorCode;
import io.temporal.api.enums.v1.EventType;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowStub;
import io.temporal.common.converter.DefaultDataConverter;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.testing.TestWorkflowExtension;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowingConsumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The loop of a migration's workflow: when it runs slices, when it waits, how it ends. */
@Timeout(180)
final class BatchedMigrationWorkflowTest {

  @RegisterExtension
  static final TestWorkflowExtension TEMPORAL =
      TestWorkflowExtension.newBuilder()
          .setWorkflowClientOptions(MigrationWorld.CLIENT)
          .setDoNotStart(true)
          .build();

  /** Seconds that work may take on a busy machine, which no test here measures. */
  private static final long SLACK = 10;

  private MigrationWorld world;

  @BeforeEach
  void startWorkers(TestWorkflowEnvironment temporal) {
    world = new MigrationWorld(temporal).withAllWorkers();
  }

  @Test
  void returnsTheRowWhenItSaysFinished() {
    world.slices.thenAdvance(2);

    MigrationView end = world.runToItsEnd();

    assertThat(end).isEqualTo(world.row.view());
    assertThat(end.status()).isEqualTo(MigrationStatus.FINISHED);
    assertThat(world.slices.calls()).hasSize(3);
  }

  @ParameterizedTest
  @EnumSource(names = {"FINISHED", "FINALIZED"})
  void returnsAtOnceWhenTheRowHasEnded(MigrationStatus ended) {
    world.row.enter(ended);

    MigrationView end = world.runToItsEnd();

    assertThat(end.status()).isEqualTo(ended);
    assertThat(world.slices.calls()).isEmpty();
  }

  @Test
  void asksForSlicesByUidAndClassOnTheQueueOfTheSchema() {
    world.runToItsEnd();

    assertThat(world.slices.calls())
        .singleElement()
        .satisfies(call -> {
          assertThat(call.request())
              .isEqualTo(new SliceRequest(ViewBuilder.UID, "BackfillOrdersCurrency", 1));
          assertThat(call.taskQueue()).isEqualTo("gitlab_main");
        });
    assertThat(world.control.loads()).containsOnly(new MigrationRef(ViewBuilder.UID));
  }

  @Test
  void runsOneSlicePerLaneSideBySide() {
    world.row.change(row -> row.onLanes(3));
    var together = new CountDownLatch(3);
    for (int lane = 1; lane <= 3; lane++) {
      world.slices.then(_ -> new SliceOutcome.Advanced(meet(together, world.row)));
    }

    world.runToItsEnd();

    assertThat(lanes(world.slices.calls().subList(0, 3))).containsExactlyInAnyOrder(1, 2, 3);
    assertThat(lanes(world.slices.calls().subList(3, 6))).containsExactlyInAnyOrder(1, 2, 3);
  }

  @Test
  void followsTheRowsNumberOfLanes() {
    world.slices.then(_ -> new SliceOutcome.Advanced(world.row.change(row -> row.onLanes(2))));

    world.runToItsEnd();

    assertThat(lanes(world.slices.calls())).startsWith(1).hasSize(3);
  }

  @Test
  void runsAFinalizingMigrationToItsEnd() {
    world.row.enter(MigrationStatus.FINALIZING);
    world.slices.thenAdvance(1);

    assertThat(world.runToItsEnd().status()).isEqualTo(MigrationStatus.FINISHED);
  }

  @Test
  void waitsForTheIntervalByATimerThatSaysWhy() {
    Instant notBefore = now().plusSeconds(45);
    world.slices.then(_ -> new SliceOutcome.Waiting(world.row.view(), notBefore));

    world.runToItsEnd();

    assertThat(secondsBetweenSlices()).satisfiesExactly(isAbout(45));
    assertThat(timerSummaries()).containsExactly("interval runs until " + notBefore);
  }

  @Test
  void looksAgainAfter60SecondsWhenHeld() {
    world.slices.thenHold("replica lag 14.2 s > 10 s").thenHold("replica lag 11.0 s > 10 s");

    world.runToItsEnd();

    assertThat(secondsBetweenSlices()).satisfiesExactly(isAbout(60), isAbout(60));
    assertThat(timerSummaries())
        .containsExactly("replica lag 14.2 s > 10 s", "replica lag 11.0 s > 10 s");
  }

  @Test
  void keepsATimersSummaryWithinTheServersLimit() {
    world.slices.thenHold("waits for main_1 … ".repeat(50));

    world.runToItsEnd();

    assertThat(timerSummaries())
        .singleElement()
        .satisfies(
            summary -> assertThat(summary).startsWith("waits for main_1 …").hasSizeLessThan(134));
  }

  @Test
  void goesOnAtOnceWhenTheRowChanged() {
    world.slices.thenHold("waits for main_7");
    world.start();
    world.pass(Duration.ofSeconds(20));
    world.row.change(row -> row);

    world.workflow.changed(world.row.version());
    world.pass(Duration.ofSeconds(5));

    assertThat(secondsBetweenSlices()).singleElement().satisfies(s -> assertThat(s).isLessThan(60));
    assertThat(eventsOf(EventType.EVENT_TYPE_TIMER_CANCELED)).hasSize(1);
  }

  @Test
  void ignoresAChangeThatItHasSeen() {
    world.row.change(row -> row.at(3, 7));
    world.slices.thenHold("waits for main_7");
    world.start();
    world.pass(Duration.ofSeconds(10));

    world.workflow.changed(new Changed(2, 900));
    world.workflow.changed(new Changed(3, 7));
    world.workflow.changed(world.row.version());
    world.pass(Duration.ofSeconds(10));

    assertThat(world.slices.calls()).hasSize(1);
    assertThat(world.control.loads()).hasSize(1);
  }

  @Test
  void looksOnceAtARowThatDoesNotShowWhatWasAnnounced() {
    world.row.pause("maintenance");
    world.start();
    world.pass(Duration.ofSeconds(10));

    world.workflow.changed(new Changed(99, 99));
    world.pass(Duration.ofSeconds(10));

    assertThat(world.control.loads()).hasSize(2);
  }

  @Test
  void hearsAChangeThatComesWhileASliceRuns() {
    world.slices.then(_ -> {
      var stale = world.row.view();
      world.row.change(row -> row.onLanes(2));
      world.workflow.changed(world.row.version());
      return new SliceOutcome.Held(stale, "waits for main_7");
    });

    world.runToItsEnd();

    assertThat(secondsBetweenSlices()).first().satisfies(s -> assertThat(s).isLessThan(60));
    assertThat(world.slices.calls()).hasSize(3);
  }

  @Test
  void showsTheNewestViewWhenASliceEndsWithAnOlderOne() {
    MigrationView older = world.row.view();
    MigrationView newer = world.row.pause("maintenance");
    world.start();
    world.pass(Duration.ofSeconds(1));

    world.row.change(row -> row.in(MigrationStatus.ACTIVE));
    world.slices.then(_ -> new SliceOutcome.Held(older, "none")).thenHold("none");
    world.workflow.changed(world.row.version());
    world.pass(Duration.ofSeconds(5));

    assertThat(newer.revision()).isGreaterThan(older.revision());
    assertThat(world.workflow.progress()).isEqualTo(world.row.view());
  }

  @Test
  void failsWhenTheMigrationFailed() {
    world.slices.then(_ ->
        new SliceOutcome.Stopped(
            world.row.change(
                row -> row.in(MigrationStatus.FAILED).because("2 jobs failed 3 times"))));

    assertThatThrownBy(world::runToItsEnd)
        .isInstanceOf(WorkflowFailedException.class)
        .cause()
        .isInstanceOfSatisfying(
            ApplicationFailure.class,
            failure -> {
              assertThat(failure.getType()).isEqualTo("MIGRATION_FAILED");
              assertThat(failure.getOriginalMessage())
                  .isEqualTo("main_1 failed: 2 jobs failed 3 times");
              assertThat(failure.isNonRetryable()).isTrue();
            });
  }

  @Test
  void retriesASliceWithoutEndAndNeverWaitsLongerThan5Seconds() {
    for (int attempt = 1; attempt <= 40; attempt++) {
      world.slices.then(_ -> {
        throw ApplicationFailure.newFailure(
            "database main does not answer", ErrorCode.DATABASE_UNREACHABLE.name());
      });
    }

    assertThat(world.runToItsEnd().status()).isEqualTo(MigrationStatus.FINISHED);

    assertThat(world.slices.calls()).hasSize(41).last().extracting("attempt").isEqualTo(41);
    assertThat(secondsBetweenSlices())
        .allSatisfy(s -> assertThat(s).isLessThanOrEqualTo(5 + SLACK))
        .last()
        .satisfies(isAbout(5));
  }

  @Test
  void showsWhatAPersonMustMendAndTriesAgainEachMinute() {
    world.slices.then(_ -> {
      throw ApplicationFailure.newNonRetryableFailure(
          "role app may not write table orders", ErrorCode.PERMISSION_DENIED.name());
    });
    WorkflowStub stub = world.start();
    world.pass(Duration.ofSeconds(10));

    assertThat(world.metadata().getCurrentDetails())
        .startsWith("## ✗ Cannot run: role app may not write table orders\n");
    assertThat(stub.getResult(MigrationView.class).status()).isEqualTo(MigrationStatus.FINISHED);
    assertThat(secondsBetweenSlices()).satisfiesExactly(isAbout(60));
  }

  @Test
  void failsWhenTheRowIsGone() {
    world.slices.then(_ -> {
      throw ApplicationFailure.newNonRetryableFailure(
          "migration was deleted", ErrorCode.MIGRATION_NOT_FOUND.name());
    });

    assertThatThrownBy(world::runToItsEnd)
        .isInstanceOf(WorkflowFailedException.class)
        .hasStackTraceContaining("migration was deleted");
  }

  @Test
  void endsCancelledWhenItIsCancelledWhilePaused() {
    world.row.pause("maintenance");
    WorkflowStub stub = world.start();
    world.pass(Duration.ofSeconds(1));

    stub.cancel();

    assertThatThrownBy(() -> stub.getResult(MigrationView.class))
        .cause()
        .isInstanceOf(CanceledFailure.class);
  }

  private static MigrationView meet(CountDownLatch together, FakeRow row) {
    together.countDown();
    try {
      assertThat(together.await(60, TimeUnit.SECONDS)).as("other lanes run meanwhile").isTrue();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
    return row.view();
  }

  private Instant now() {
    return Instant.ofEpochMilli(world.temporal.currentTimeMillis());
  }

  private static List<Integer> lanes(List<ScriptedSlices.Call> calls) {
    return calls.stream().map(call -> call.request().lane()).toList();
  }

  /** Time that is skipped passes besides as on the wall, by what a busy machine takes. */
  private static ThrowingConsumer<Long> isAbout(long seconds) {
    return it -> assertThat(it).isBetween(seconds - 1, seconds + SLACK);
  }

  private List<Long> secondsBetweenSlices() {
    List<Instant> starts = world.slices.calls().stream().map(ScriptedSlices.Call::at).toList();
    return IntStream.range(1, starts.size())
        .mapToObj(i -> Duration.between(starts.get(i - 1), starts.get(i)))
        .map(gap -> gap.plusMillis(500).toSeconds())
        .toList();
  }

  private List<String> timerSummaries() {
    return eventsOf(EventType.EVENT_TYPE_TIMER_STARTED).stream()
        .map(event -> event.getUserMetadata().getSummary())
        .map(payload ->
            DefaultDataConverter.STANDARD_INSTANCE.fromPayload(payload, String.class, String.class))
        .toList();
  }

  private List<HistoryEvent> eventsOf(EventType type) {
    return world.history().stream().filter(event -> event.getEventType() == type).toList();
  }
}
