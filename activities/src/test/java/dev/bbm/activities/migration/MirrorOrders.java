package dev.bbm.activities.migration;

import dev.bbm.activities.batching.SubBatchRange;
import dev.bbm.activities.job.BatchedMigrationJob;
import dev.bbm.activities.job.SubBatch;
import dev.bbm.activities.job.TouchedDatabase;
import java.util.List;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;

/**
 * A job of gitlab_main that counts its orders up, and their builds in gitlab_ci; neither is
 * idempotent.
 */
final class MirrorOrders implements BatchedMigrationJob {

  private final List<String> touches;
  Runnable betweenTheCommits = () -> {};
  String foreignStatement = "";

  MirrorOrders(String... touches) {
    this.touches = List.of(touches);
  }

  /** Its statements. */
  public interface OrderMapper {

    @Update("UPDATE orders SET n = n + 1 WHERE ${subBatch}")
    int count(@Param("subBatch") SubBatchRange subBatch);

    @Update("UPDATE builds SET n = n + 1 WHERE ${subBatch}")
    int countBuilds(@Param("subBatch") SubBatchRange subBatch);

    @Select("SELECT count(*) FROM builds")
    long builds();

    @Select("SELECT count(*) FROM secrets")
    long secrets();

    @Update("INSERT INTO secrets VALUES (1)")
    int writeSecret();
  }

  @Override
  public List<String> touches() {
    return touches;
  }

  @Override
  public List<Class<?>> mappers() {
    return List.of(OrderMapper.class);
  }

  @Override
  public void touch(String gitlabSchema, SubBatch here, TouchedDatabase there) {
    OrderMapper mapper = there.mapper(OrderMapper.class);
    mapper.countBuilds(here.range());
    if (foreignStatement.equals("write secret")) {
      mapper.writeSecret();
    }
  }

  @Override
  public long perform(SubBatch subBatch) {
    betweenTheCommits.run();
    switch (foreignStatement) {
      case "read builds" -> subBatch.reading("gitlab_ci", OrderMapper.class).builds();
      case "read secrets" -> subBatch.reading("gitlab_ci", OrderMapper.class).secrets();
      case "write by reading" ->
          subBatch.reading("gitlab_ci", OrderMapper.class).countBuilds(subBatch.range());
      default -> {}
    }
    return subBatch.mapper(OrderMapper.class).count(subBatch.range());
  }
}
