package dev.bbm.activities.migration;

import dev.bbm.activities.batching.QualifiedTable;
import dev.bbm.activities.batching.SubBatchRange;
import dev.bbm.activities.job.JavaJobClass;
import dev.bbm.activities.job.JobArguments;
import dev.bbm.activities.job.JobStatement;
import dev.bbm.activities.job.SessionSubBatch;
import org.apache.ibatis.session.SqlSession;

/** A job class bound to one migration: its key, its table and its arguments. */
sealed interface BoundJob {

  /** What it walks over. */
  SliceKey key();

  /** Of the job class as this worker loaded it; the migration keeps the one it was queued with. */
  String hash();

  /** A SQL file's: the server runs its statement between the gate and the cursor. */
  record Sql(SliceKey key, String hash, JobStatement statement) implements BoundJob {}

  /** A Java class's: its mappers send what they like while the transaction is open. */
  record Java(
      SliceKey key,
      String hash,
      JavaJobClass job,
      QualifiedTable table,
      JobArguments arguments,
      TouchedSchemas touches)
      implements BoundJob {

    /** What the job sees; {@code elsewhere} holds the sessions that it reads with. */
    SessionSubBatch subBatch(SqlSession session, SubBatchRange range, Readings elsewhere) {
      return new SessionSubBatch(session, table, range, arguments, elsewhere::of);
    }
  }
}
