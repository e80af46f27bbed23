package dev.bbm.activities.migration;

import dev.bbm.activities.ownership.OwnershipToken;
import dev.bbm.activities.topology.Database;
import dev.bbm.workflows.migration.SliceOutcome;
import dev.bbm.workflows.migration.SliceRequest;
import dev.bbm.workflows.migration.SliceRunner;
import io.temporal.activity.Activity;
import io.temporal.activity.ActivityExecutionContext;
import io.temporal.activity.ActivityInfo;
import java.time.InstantSource;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BooleanSupplier;

/**
 * Runs slices of one gitlab_schema against the database that owns it, with the token that this
 * worker holds for it.
 */
public final class SliceRunnerImpl implements SliceRunner {

  private final Database database;
  private final OwnershipToken token;
  private final BoundJobs jobs;
  private final SliceWorker worker;

  /** What all slices of a worker process share. */
  public record SliceWorker(
      String name,
      int maxRunning,
      ScheduledExecutorService timer,
      BooleanSupplier shuttingDown,
      InstantSource clock,
      SliceMeter meter) {}

  public SliceRunnerImpl(
      Database database, OwnershipToken token, BoundJobs jobs, SliceWorker worker) {
    this.database = database;
    this.token = token;
    this.jobs = jobs;
    this.worker = worker;
  }

  @Override
  public SliceOutcome runSlice(SliceRequest request) {
    ActivityExecutionContext context = Activity.getExecutionContext();
    worker.meter().sliceBegins(token);
    try (Heartbeat heartbeat =
        new TemporalHeartbeat(context, worker.timer(), worker.shuttingDown())) {
      BoundJob job = jobs.find(database, request).orElse(null);
      var claim =
          new ClaimRequest(
              request.uid(),
              request.lane(),
              claimOf(context.getInfo()),
              worker.name(),
              job == null ? null : job.hash(),
              worker.maxRunning(),
              token);
      return new Slice(
              database.transactions(), claim, job, heartbeat, worker.clock(), worker.meter())
          .run();
    } finally {
      worker.meter().sliceEnds(token);
    }
  }

  /** Unique per attempt; attempts of one activity are ordered by the number behind the #. */
  private static String claimOf(ActivityInfo info) {
    return "%s/%s#%d".formatted(info.getWorkflowRunId(), info.getActivityId(), info.getAttempt());
  }
}
