package dev.bbm.starter.demo;

import dev.bbm.activities.migration.MigrationMapper;
import dev.bbm.activities.topology.Database;
import dev.bbm.workflows.migration.MigrationView;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/** One of the demonstration's databases: how its table is made, queued and checked. */
record DemoDatabase(
    Database database,
    ToIntFunction<DemoMapper> create,
    ToIntFunction<DemoMapper> fill,
    Function<DemoMapper, Long> queue,
    Function<DemoMapper, RowCheck> check) {

  static DemoDatabase routes(Database database, int rows) {
    return new DemoDatabase(
        database,
        DemoMapper::createRoutes,
        mapper -> mapper.fillRoutes(rows),
        DemoMapper::queueRoutes,
        DemoMapper::checkRoutes);
  }

  static DemoDatabase builds(Database database, int rows) {
    return new DemoDatabase(
        database,
        DemoMapper::createBuilds,
        mapper -> mapper.fillBuilds(rows),
        DemoMapper::queueBuilds,
        DemoMapper::checkBuilds);
  }

  void createAndFill() {
    run(create::applyAsInt);
    run(fill::applyAsInt);
  }

  void queueMigration() {
    run(queue);
  }

  RowCheck checkRows() {
    return run(check);
  }

  long changedRows() {
    return run(DemoMapper::countChanged);
  }

  List<MigrationView> migrations() {
    return database
        .transactions()
        .reading(session -> session.getMapper(MigrationMapper.class).list(null));
  }

  private <T> T run(Function<DemoMapper, T> work) {
    return database
        .transactions()
        .inTransaction(session -> work.apply(session.getMapper(DemoMapper.class)));
  }
}
