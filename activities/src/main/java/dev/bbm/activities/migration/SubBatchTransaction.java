package dev.bbm.activities.migration;

import dev.bbm.activities.batching.SubBatchRange;
import dev.bbm.activities.job.JobStatement;
import org.apache.ibatis.session.SqlSession;
import org.jspecify.annotations.Nullable;

/**
 * One sub-batch, one transaction of the owning database: gate, job row, change, cursor and counter,
 * commit. The SQL side is V007__create_sub_batch.sql. When it throws, nothing was committed or the
 * outcome is unknown; either way the caller claims the job again and reads the cursor, and never
 * sends a sub-batch again. The first sub-batch of each is guarded: it shows which tables the job
 * class uses.
 */
final class SubBatchTransaction {

  private final SqlSession session;
  private final BoundJob job;
  private boolean guard = true;

  SubBatchTransaction(SqlSession session, BoundJob job) {
    this.session = session;
    this.job = job;
  }

  /**
   * Changes {@code range}, which begins at the cursor that {@code open} names, and returns the next
   * bound; null when the job is at its end.
   */
  @Nullable String run(OpenSubBatch open, SubBatchRange range, String through) {
    String next = send(session.getMapper(SubBatchMapper.class), open, range, through);
    guard = false;
    return next;
  }

  private @Nullable String send(
      SubBatchMapper mapper, OpenSubBatch open, SubBatchRange range, String through) {
    return switch (job) {
      case BoundJob.Sql sql -> {
        JobStatement.Bound statement = sql.statement().over(range);
        yield mapper.runAndCommit(
            open, through, guard, statement.text(), statement.values().toArray(String[]::new));
      }
      case BoundJob.Java java -> {
        mapper.open(open);
        long rows = java.perform(session, range);
        yield mapper.closeAndCommit(open, through, guard, rows);
      }
    };
  }
}
