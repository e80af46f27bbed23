package dev.bbm.starter.demo;

import dev.bbm.activities.migration.MigrationMapper;
import dev.bbm.activities.topology.Database;
import dev.bbm.workflows.migration.MigrationView;
import java.util.List;
import java.util.function.Function;
import org.apache.ibatis.session.SqlSession;

/** One of the demonstration's servers, seen past all configuration. */
public record DemoPlace(Database database) implements AutoCloseable {

  public DemoPlace {
    database.myBatis().addMapper(DemoMapper.class);
  }

  /** The name that its ids begin with. */
  String name() {
    return database.name();
  }

  List<MigrationView> migrations() {
    return read(session -> session.getMapper(MigrationMapper.class).list(null));
  }

  boolean owns(String gitlabSchema) {
    return read(session -> session.getMapper(DemoMapper.class).owns(gitlabSchema));
  }

  <T> T run(Function<DemoMapper, T> work) {
    return database
        .transactions()
        .inTransaction(session -> work.apply(session.getMapper(DemoMapper.class)));
  }

  private <T> T read(Function<SqlSession, T> work) {
    return database.transactions().reading(work);
  }

  @Override
  public void close() {
    database.close();
  }
}
