package dev.bbm.activities.migration;

import dev.bbm.activities.batching.SubBatchRange;
import dev.bbm.activities.job.JobStatement;
import dev.bbm.activities.job.SubBatch;
import java.util.Optional;
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
  private final ClaimedRange claimed;
  private boolean guard = true;

  SubBatchTransaction(SqlSession session, BoundJob job, ClaimedRange claimed) {
    this.session = session;
    this.job = job;
    this.claimed = claimed;
  }

  /**
   * The bound of the first sub-batch: the one that a former attempt has written to another database
   * already, else the given one.
   */
  String firstBound(String cursor, String bound) {
    return switch (job) {
      case BoundJob.Sql _ -> bound;
      case BoundJob.Java java ->
          java.touches().written().stream()
              .flatMap(schema -> writtenThrough(schema, cursor).stream())
              .findFirst()
              .orElse(bound);
    };
  }

  private Optional<String> writtenThrough(TouchedSchema schema, String cursor) {
    return schema
        .owner()
        .database()
        .transactions()
        .reading(other ->
            other.getMapper(TouchMapper.class).findThrough(claimed.uid(), claimed.job(), cursor));
  }

  /**
   * Changes {@code range}, which begins at the cursor that {@code open} names, and returns the next
   * bound; null when the job is at its end.
   */
  @Nullable String run(OpenSubBatch open, SubBatchRange range, String through) {
    SubBatchMapper mapper = session.getMapper(SubBatchMapper.class);
    String next =
        switch (job) {
          case BoundJob.Sql sql -> runSql(sql, mapper, open, range, through);
          case BoundJob.Java java -> runJava(java, mapper, open, range, through);
        };
    guard = false;
    return next;
  }

  private @Nullable String runSql(
      BoundJob.Sql sql,
      SubBatchMapper mapper,
      OpenSubBatch open,
      SubBatchRange range,
      String through) {
    JobStatement.Bound statement = sql.statement().over(range);
    return mapper.runAndCommit(
        open, through, guard, statement.text(), statement.values().toArray(String[]::new));
  }

  private @Nullable String runJava(
      BoundJob.Java java,
      SubBatchMapper mapper,
      OpenSubBatch open,
      SubBatchRange range,
      String through) {
    mapper.open(open);
    try (var elsewhere = new Readings(java.touches())) {
      SubBatch here = java.subBatch(session, range, elsewhere);
      java.touches()
          .written()
          .forEach(schema ->
              new TouchTransaction(schema, java.job().job())
                  .run(here, touch(schema, open, through)));
      long rows = java.job().job().perform(here);
      if (guard) {
        elsewhere.guard();
      }
      return mapper.closeAndCommit(open, through, guard, rows);
    }
  }

  private TouchRequest touch(TouchedSchema schema, OpenSubBatch open, String through) {
    return new TouchRequest(
        claimed.uid(),
        claimed.job(),
        claimed.after(),
        open.cursor(),
        through,
        schema.owner().token());
  }
}
