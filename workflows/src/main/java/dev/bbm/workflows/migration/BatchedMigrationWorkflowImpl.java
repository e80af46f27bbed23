package dev.bbm.workflows.migration;

import dev.bbm.workflows.failure.ErrorCode;
import io.temporal.activity.ActivityOptions;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.TimeoutFailure;
import io.temporal.workflow.Async;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.CompletablePromise;
import io.temporal.workflow.ContinueAsNewOptions;
import io.temporal.workflow.Promise;
import io.temporal.workflow.TimerOptions;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInit;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Reads the row, runs slices while it is active, waits otherwise; never decides from memory what
 * the row can say.
 */
public final class BatchedMigrationWorkflowImpl implements BatchedMigrationWorkflow {

  private static final Logger log = Workflow.getLogger(BatchedMigrationWorkflowImpl.class);

  /** Every wait looks at the row again after this time, should a signal have been lost. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

  /**
   * Well below the server's 4,096, since the in-JVM server sends the whole history with each task.
   */
  private static final long LONGEST_HISTORY = 2_000;

  private final MigrationRun run;
  private final MigrationControl control;
  private final MigrationControl promptControl;
  private final MigrationRef migration;
  private @Nullable MigrationView view;
  private Changed announced = Changed.NOTHING;

  @WorkflowInit
  public BatchedMigrationWorkflowImpl(MigrationRun run) {
    this.run = run;
    this.migration = new MigrationRef(run.uid());
    this.view = run.lastView();
    this.control = stub(MigrationActivityOptions.patientControl(run.taskQueues()), "read the row");
    this.promptControl =
        stub(MigrationActivityOptions.promptControl(run.taskQueues()), "change the row");
  }

  @Override
  public MigrationView run(MigrationRun ignored) {
    Workflow.setCurrentDetails(
        view == null ? MigrationDetails.beforeTheFirstRead(run) : MigrationDetails.of(view));
    MigrationView current = readRow();
    while (!current.status().endsWorkflow()) {
      goOnWhereItBelongs(current);
      if (current.status().runs()) {
        runSlices(current);
      } else {
        waitForChange(current, LONGEST_WAIT, current.status().word());
      }
      continueAsNewWhenLong();
      current = readRow();
    }
    Workflow.await(Workflow::isEveryHandlerFinished);
    return end(current);
  }

  /** One slice per lane, side by side; then the wait that the slices ask for, if they all do. */
  private void runSlices(MigrationView current) {
    List<Promise<SliceOutcome>> slices =
        IntStream.rangeClosed(1, current.lanes()).mapToObj(this::startSlice).toList();
    showChangesWhile(slices, current);
    List<SliceOutcome> outcomes = slices.stream().map(slice -> outcomeOf(slice, current)).toList();
    outcomes.stream()
        .map(SliceOutcome::view)
        .filter(read -> !read.equals(current))
        .forEach(this::show);
    NextSlice.after(outcomes, now(), LONGEST_WAIT)
        .ifPresent(wait -> waitForChange(oldest(outcomes), wait.duration(), wait.reason()));
  }

  /**
   * A change and its opposite within one sub-batch stop no slice: without another look at the row
   * the first of the two would be shown until the slices end.
   */
  private void showChangesWhile(List<Promise<SliceOutcome>> slices, MigrationView current) {
    while (slices.stream().anyMatch(slice -> !slice.isCompleted())) {
      Workflow.await(() ->
          slices.stream().allMatch(Promise::isCompleted) || !newest(current).shows(announced));
      if (!newest(current).shows(announced)) {
        readRow();
      }
    }
  }

  /** What every slice has seen at least: all that is newer may ask for other waits. */
  private static MigrationView oldest(List<SliceOutcome> outcomes) {
    return outcomes.stream()
        .map(SliceOutcome::view)
        .reduce((one, other) -> one.isNoOlderThan(other) ? other : one)
        .orElseThrow();
  }

  private Promise<SliceOutcome> startSlice(int lane) {
    SliceRunner runner =
        Workflow.newActivityStub(
            SliceRunner.class, MigrationActivityOptions.slice(run.taskQueues(), lane));
    return Async.function(runner::runSlice, new SliceRequest(run.uid(), run.jobClassName(), lane));
  }

  /**
   * What is retried without help never arrives here; what needs a person is shown as a hold and
   * looked at again.
   */
  private SliceOutcome outcomeOf(Promise<SliceOutcome> slice, MigrationView current) {
    try {
      return slice.get();
    } catch (ActivityFailure failure) {
      if (failure.getCause() instanceof ApplicationFailure refused
          && !ErrorCode.MIGRATION_NOT_FOUND.name().equals(refused.getType())) {
        Workflow.setCurrentDetails(
            MigrationDetails.ofTrouble(current, refused.getOriginalMessage()));
        return new SliceOutcome.Held(current, refused.getOriginalMessage());
      }
      throw failure;
    }
  }

  /** Until the time is over, or the row is known to have changed since it was seen. */
  private void waitForChange(MigrationView seen, Duration wait, String why) {
    var options = TimerOptions.newBuilder().setSummary(Reason.cut(why, Reason.SUMMARY)).build();
    CompletablePromise<Void> timer = Workflow.newPromise();
    CancellationScope timing =
        Workflow.newCancellationScope(
            () -> Workflow.newTimer(wait, options).handle((_, _) -> timer.complete(null)));
    timing.run();
    Workflow.await(() -> timer.isCompleted() || hasChangedSince(seen));
    timing.cancel();
  }

  /** Announced by a signal, or changed by this workflow's own updates and signals. */
  private boolean hasChangedSince(MigrationView seen) {
    return !seen.shows(announced) || !seen.isNoOlderThan(newest(seen));
  }

  /** A relabelled migration goes on under the same id, on the queue of its schema. */
  private void goOnWhereItBelongs(MigrationView current) {
    if (!current.gitlabSchema().equals(run.gitlabSchema())) {
      MigrationRun next = run.relabelled(current);
      Workflow.await(Workflow::isEveryHandlerFinished);
      Workflow.continueAsNew(
          ContinueAsNewOptions.newBuilder().setTaskQueue(next.taskQueues().slices()).build(), next);
    }
  }

  private void continueAsNewWhenLong() {
    if (Workflow.getInfo().isContinueAsNewSuggested()
        || Workflow.getInfo().getHistoryLength() > LONGEST_HISTORY) {
      Workflow.await(Workflow::isEveryHandlerFinished);
      Workflow.continueAsNew(run.seenLast(view));
    }
  }

  private MigrationView end(MigrationView ended) {
    if (ended.status() == MigrationStatus.FAILED) {
      throw ApplicationFailure.newNonRetryableFailure(
          "%s failed: %s".formatted(ended.id(), ended.reason()), ErrorCode.MIGRATION_FAILED.name());
    }
    return ended;
  }

  @Override
  public MigrationView progress() {
    if (view == null) {
      throw new IllegalStateException(
          "the migration's row has not been read yet; a worker that owns %s reads it"
              .formatted(run.gitlabSchema()));
    }
    return view;
  }

  @Override
  public void checkPause(@Nullable ChangeRequest request) {
    if (request == null || request.reason() == null || request.reason().isBlank()) {
      throw Refusal.ofInput("give a reason: " + ChangeRequest.EXAMPLE);
    }
  }

  @Override
  public void checkResume(@Nullable ChangeRequest request) {
    if (request == null) {
      throw Refusal.ofInput("send one JSON object: " + ChangeRequest.EXAMPLE);
    }
  }

  @Override
  public MigrationView pause(ChangeRequest request) {
    return change("pause", () -> show(promptControl.pause(toChange(request))));
  }

  @Override
  public MigrationView resume(ChangeRequest request) {
    return change("resume", () -> show(promptControl.resume(toChange(request))));
  }

  @Override
  public void pauseLater(@Nullable ChangeRequest request) {
    changeLater("pause", () -> show(control.pause(toChange(request))));
  }

  @Override
  public void resumeLater(@Nullable ChangeRequest request) {
    changeLater("resume", () -> show(control.resume(toChange(request))));
  }

  @Override
  public void changed(@Nullable Changed changed) {
    Changed heard = changed == null ? Changed.ANYTHING : changed;
    if (heard.isAtLeast(announced)) {
      announced = heard;
    }
  }

  private MigrationView change(String verb, Supplier<MigrationView> activity) {
    try {
      return activity.get();
    } catch (ActivityFailure failure) {
      throw refusal(verb, failure);
    }
  }

  /** A signal has nobody to answer: what is refused is logged, and the row stands as it is. */
  private void changeLater(String verb, Runnable activity) {
    try {
      activity.run();
    } catch (ActivityFailure failure) {
      log.warn("Signal {} was refused: {}", verb, refusal(verb, failure).getOriginalMessage());
    }
  }

  private ApplicationFailure refusal(String verb, ActivityFailure failure) {
    return switch (failure.getCause()) {
      case ApplicationFailure refused ->
          Refusal.of(refused.getType(), refused.getOriginalMessage());
      case TimeoutFailure _ ->
          Refusal.of(
              ErrorCode.DATABASE_UNREACHABLE,
              "no worker that owns %s answered within 10 s; start one with ./bbm worker, or use ./bbm %s %s"
                  .formatted(run.gitlabSchema(), verb, view == null ? "<id>" : view.id()));
      case null, default -> Refusal.of(ErrorCode.BUG, String.valueOf(failure.getMessage()));
    };
  }

  private StatusChange toChange(@Nullable ChangeRequest request) {
    String reason = request == null ? null : request.reason();
    String by = request == null || request.by() == null ? "Temporal" : request.by();
    return new StatusChange(run.uid(), reason, by);
  }

  /**
   * What was announced before the read has then been looked at: an announcement that the row never
   * shows must not make the loop spin.
   */
  private MigrationView readRow() {
    Changed heard = announced;
    MigrationView read = show(control.load(migration));
    if (announced.equals(heard)) {
      announced = Changed.NOTHING;
    }
    return read;
  }

  /**
   * Keeps the newest view: a slice's may have been read before a change that an update made
   * meanwhile.
   */
  private MigrationView show(MigrationView read) {
    if (view == null || read.isNoOlderThan(view)) {
      view = read;
      Workflow.setCurrentDetails(MigrationDetails.of(read));
    }
    return read;
  }

  private MigrationView newest(MigrationView other) {
    return view != null && view.isNoOlderThan(other) ? view : other;
  }

  private static Instant now() {
    return Instant.ofEpochMilli(Workflow.currentTimeMillis());
  }

  private static MigrationControl stub(ActivityOptions options, String summary) {
    return Workflow.newActivityStub(
        MigrationControl.class, ActivityOptions.newBuilder(options).setSummary(summary).build());
  }
}
