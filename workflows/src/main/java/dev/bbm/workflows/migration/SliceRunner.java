package dev.bbm.workflows.migration;

import io.temporal.activity.ActivityInterface;

/** The activity that runs jobs, on the queue named for the gitlab_schema. */
@ActivityInterface
public interface SliceRunner {

  /**
   * Runs jobs of one lane, sub-batch by sub-batch, until its time is over or there is nothing to
   * do. Infrastructure failures are thrown and retried by Temporal without end; failures of the
   * job's own SQL are recorded as the job's.
   */
  SliceOutcome runSlice(SliceRequest request);
}
