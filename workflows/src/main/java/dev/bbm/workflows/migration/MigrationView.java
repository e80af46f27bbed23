package dev.bbm.workflows.migration;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A migration's row and its jobs' sums at one moment, as the workflow, the Web UI and the CLI show
 * it.
 *
 * @param id as people type it: {@code ci_10}
 * @param epoch the owner's epoch; orders views before revision does, since a lost WAL tail sets
 *     revisions back
 * @param reason why it is paused or held, or how it failed, cut to 1,000 characters; null when
 *     there is nothing to say
 * @param since since when that holds
 * @param rows rows changed so far
 * @param estimatedRows the planner's estimate at queueing; null when the table was never analyzed
 * @param percent how much of the key range is done, 0 to 99 until it is finished; null when it
 *     cannot be told
 * @param rowsPerSecond over the last five minutes; null when nothing ran
 * @param cursor the furthest key done, as a JSON array
 * @param failedJobs jobs that are failed now
 * @param retriedJobs failures that a later attempt healed
 * @param asOf when the figures were read
 */
public record MigrationView(
    String id,
    String uid,
    String gitlabSchema,
    String ownerDatabase,
    long epoch,
    long revision,
    MigrationStatus status,
    String jobClassName,
    String jobClassHash,
    String tableName,
    String columnName,
    @Nullable String reason,
    @Nullable String by,
    @Nullable Instant since,
    long rows,
    @Nullable Long estimatedRows,
    @Nullable Integer percent,
    @Nullable Long rowsPerSecond,
    String cursor,
    int lanes,
    int batchSize,
    int subBatchSize,
    long failedJobs,
    long retriedJobs,
    Instant asOf,
    @Nullable Instant startedAt,
    @Nullable Instant finishedAt) {

  public MigrationView {
    reason = Reason.cutToMessage(reason);
    by = Reason.cutToMessage(by);
  }

  /** Whether this view shows the same state of the row as the other, or a later one. */
  public boolean isNoOlderThan(MigrationView other) {
    return version().isAtLeast(other.version());
  }

  /** Whether this view already shows what the signal announces. */
  public boolean shows(Changed changed) {
    return version().isAtLeast(changed);
  }

  private Changed version() {
    return new Changed(epoch, revision);
  }
}
