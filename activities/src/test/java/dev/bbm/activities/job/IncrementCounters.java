package dev.bbm.activities.job;

import dev.bbm.activities.batching.SqlIdentifier;
import dev.bbm.activities.batching.SubBatchRange;
import java.util.List;
import java.util.Optional;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Update;

/** A job class in Java that is not idempotent: whatever runs twice shows. */
public final class IncrementCounters implements BatchedMigrationJob {

  @Override
  public List<JobArgument> arguments() {
    return List.of(
        new JobArgument("counter", ArgumentType.IDENTIFIER),
        new JobArgument("step", ArgumentType.INTEGER));
  }

  @Override
  public Optional<String> scope() {
    return Optional.of("kind ? 'counted'");
  }

  @Override
  public Optional<String> alias() {
    return Optional.of("c");
  }

  @Override
  public List<Class<?>> mappers() {
    return List.of(CounterMapper.class);
  }

  @Override
  public long perform(SubBatch subBatch) {
    return subBatch
        .mapper(CounterMapper.class)
        .increment(subBatch.identifier("counter"), subBatch.integer("step"), subBatch.range());
  }

  /** What the job does to its rows. */
  public interface CounterMapper {

    /** Answers how many rows it changed. */
    @Update("UPDATE counters AS c SET ${counter} = ${counter} + #{step} WHERE ${subBatch}")
    int increment(
        @Param("counter") SqlIdentifier counter,
        @Param("step") long step,
        @Param("subBatch") SubBatchRange subBatch);
  }
}
