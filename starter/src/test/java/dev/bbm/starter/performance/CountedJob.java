package dev.bbm.starter.performance;

import dev.bbm.activities.batching.QualifiedTable;
import dev.bbm.activities.batching.SubBatchRange;
import dev.bbm.activities.job.BatchedMigrationJob;
import dev.bbm.activities.job.SubBatch;
import java.util.List;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Update;

/** A job class in Java that calls its mapper once. */
public final class CountedJob implements BatchedMigrationJob {

  /** Its one statement. */
  public interface CountedMapper {

    @Update("UPDATE ${table} SET n = n + 1 WHERE ${subBatch}")
    int change(@Param("table") QualifiedTable table, @Param("subBatch") SubBatchRange subBatch);
  }

  @Override
  public List<Class<?>> mappers() {
    return List.of(CountedMapper.class);
  }

  @Override
  public long perform(SubBatch subBatch) {
    return subBatch.mapper(CountedMapper.class).change(subBatch.table(), subBatch.range());
  }
}
