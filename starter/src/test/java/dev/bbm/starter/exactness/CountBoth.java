package dev.bbm.starter.exactness;

import dev.bbm.activities.batching.SubBatchRange;
import dev.bbm.activities.job.BatchedMigrationJob;
import dev.bbm.activities.job.SubBatch;
import dev.bbm.activities.job.TouchedDatabase;
import java.util.List;
import java.util.Optional;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Update;

/** Adds one to the orders of gitlab_main, and to the builds of gitlab_ci in the other database. */
public final class CountBoth implements BatchedMigrationJob {

  /** Its statements; the sleep keeps the time between the two commits open for a kill. */
  public interface Counting {

    @Update(
        "UPDATE orders AS it SET n = n + 1 WHERE ${subBatch} AND (SELECT pg_sleep(0.1) IS NOT NULL)")
    int countOrders(@Param("subBatch") SubBatchRange subBatch);

    @Update("UPDATE builds AS it SET n = n + 1 WHERE ${subBatch}")
    int countBuilds(@Param("subBatch") SubBatchRange subBatch);
  }

  @Override
  public Optional<String> alias() {
    return Optional.of("it");
  }

  @Override
  public List<String> touches() {
    return List.of("gitlab_ci write");
  }

  @Override
  public List<Class<?>> mappers() {
    return List.of(Counting.class);
  }

  @Override
  public void touch(String gitlabSchema, SubBatch here, TouchedDatabase there) {
    there.mapper(Counting.class).countBuilds(here.range());
  }

  @Override
  public long perform(SubBatch subBatch) {
    return subBatch.mapper(Counting.class).countOrders(subBatch.range());
  }
}
