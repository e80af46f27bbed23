package dev.bbm.activities.migration;

import dev.bbm.activities.job.BatchedMigrationJob;
import dev.bbm.activities.job.SubBatch;
import org.apache.ibatis.session.SqlSession;

/**
 * The write of a sub-batch to another database: its gate, its cursor, the job's own statements, one
 * commit, all before the sub-batch's own commit.
 */
final class TouchTransaction {

  private final TouchedSchema schema;
  private final BatchedMigrationJob job;

  TouchTransaction(TouchedSchema schema, BatchedMigrationJob job) {
    this.schema = schema;
    this.job = job;
  }

  /** Writes once for each range, however often the sub-batch is tried. */
  void run(SubBatch here, TouchRequest request) {
    try (SqlSession session = schema.owner().database().transactions().open()) {
      TouchMapper mapper = session.getMapper(TouchMapper.class);
      if (mapper.open(request)) {
        job.touch(schema.gitlabSchema(), here, session::getMapper);
        mapper.guard(job.name(), schema.gitlabSchema());
        session.commit(true);
      }
    }
  }
}
