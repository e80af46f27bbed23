package dev.bbm.activities.migration;

import dev.bbm.activities.batching.QualifiedTable;
import dev.bbm.activities.batching.SubBatchRange;
import dev.bbm.activities.job.JavaJobClass;
import dev.bbm.activities.job.JobArguments;
import dev.bbm.activities.job.JobStatement;
import dev.bbm.activities.job.SessionSubBatch;
import java.util.Map;
import org.apache.ibatis.session.SqlSession;

/** A job class bound to one migration: its key, its table and its arguments. */
sealed interface BoundJob {

  /** What it walks over. */
  SliceKey key();

  /** Of the job class as this worker loaded it; the migration keeps the one it was queued with. */
  String hash();

  /** Opens the transaction and changes the range; returns the rows changed. */
  long change(SqlSession session, OpenSubBatch open, SubBatchRange range);

  /** A SQL file's: the gate's CALL and its statement travel in one round trip. */
  record Sql(
      SliceKey key,
      String hash,
      JobStatement statement,
      QualifiedTable table,
      JobArguments arguments)
      implements BoundJob {

    @Override
    public long change(SqlSession session, OpenSubBatch open, SubBatchRange range) {
      Map<String, Object> parameters = JobStatement.parameters(table, range, arguments);
      parameters.put("open", open);
      return statement.execute(session, parameters);
    }
  }

  /** A Java class's: the gate first, then whatever its mappers send. */
  record Java(
      SliceKey key, String hash, JavaJobClass job, QualifiedTable table, JobArguments arguments)
      implements BoundJob {

    @Override
    public long change(SqlSession session, OpenSubBatch open, SubBatchRange range) {
      session.getMapper(SubBatchMapper.class).open(open);
      return job.job().perform(new SessionSubBatch(session, table, range, arguments));
    }
  }
}
