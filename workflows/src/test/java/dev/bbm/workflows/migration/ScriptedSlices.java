package dev.bbm.workflows.migration;

import io.temporal.activity.Activity;
import io.temporal.activity.ActivityInfo;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** Slices that end as a test wrote down; when nothing is left, the migration is finished. */
final class ScriptedSlices implements SliceRunner {

  private final FakeRow row;
  private final Queue<Function<SliceRequest, SliceOutcome>> script = new ConcurrentLinkedQueue<>();
  private final List<Call> calls = new CopyOnWriteArrayList<>();

  /** One attempt of a slice. */
  record Call(SliceRequest request, Instant at, int attempt, String taskQueue) {}

  ScriptedSlices(FakeRow row) {
    this.row = row;
  }

  /** What the next slice does; for one attempt, of any lane. */
  ScriptedSlices then(Function<SliceRequest, SliceOutcome> slice) {
    script.add(slice);
    return this;
  }

  ScriptedSlices thenAdvance(int times) {
    for (int slice = 0; slice < times; slice++) {
      then(_ -> new SliceOutcome.Advanced(row.view()));
    }
    return this;
  }

  ScriptedSlices thenHold(String reason) {
    return then(_ -> new SliceOutcome.Held(row.view(), reason));
  }

  @Override
  public SliceOutcome runSlice(SliceRequest request) {
    ActivityInfo info = Activity.getExecutionContext().getInfo();
    calls.add(
        new Call(
            request,
            Instant.ofEpochMilli(info.getCurrentAttemptScheduledTimestamp()),
            info.getAttempt(),
            info.getActivityTaskQueue()));
    Function<SliceRequest, SliceOutcome> slice = script.poll();
    return slice == null ? finish() : slice.apply(request);
  }

  /** Each attempt so far. */
  List<Call> calls() {
    return calls;
  }

  private SliceOutcome finish() {
    MigrationView finished =
        row.view().status().runs()
            ? row.change(view -> view.in(MigrationStatus.FINISHED).done(100))
            : row.view();
    return new SliceOutcome.Stopped(finished);
  }
}
