package dev.bbm.starter.benchmark.failover;

import dev.bbm.activities.OpenDatabase;
import dev.bbm.activities.topology.Database;
import dev.bbm.activities.topology.DatabaseSettings;
import dev.bbm.activities.topology.Secret;
import dev.bbm.starter.embedded.EmbeddedDatabaseServer;
import java.util.List;
import java.util.function.Function;

/** One of the servers, seen past all configuration. */
record BenchmarkPlace(Database database) implements AutoCloseable {

  /** Opens no connection yet. */
  static BenchmarkPlace of(
      String name, EmbeddedDatabaseServer server, String database, int connections) {
    Database opened =
        OpenDatabase.of(
            new DatabaseSettings(
                name,
                server.jdbcUrl(database),
                "",
                new Secret(""),
                List.of(),
                true,
                true,
                connections),
            "benchmark",
            List.of());
    opened.myBatis().addMapper(FailoverBenchmarkMapper.class);
    return new BenchmarkPlace(opened);
  }

  <T> T run(Function<FailoverBenchmarkMapper, T> work) {
    return database
        .transactions()
        .inTransaction(session -> work.apply(session.getMapper(FailoverBenchmarkMapper.class)));
  }

  @Override
  public void close() {
    database.close();
  }
}
