package dev.bbm.activities.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/** Schema {@code bbm} in a test's database: {@code new PostgresExtension(BbmSchema::install)}. */
public final class BbmSchema {

  private BbmSchema() {}

  /** Applies every file of the schema; sessions that begin later are guarded always. */
  public static void install(DataSource dataSource) {
    guardAlways(dataSource);
    Flyway.configure()
        .dataSource(dataSource)
        .schemas("bbm")
        .table("schema_history")
        .locations("classpath:dev/bbm/schema")
        .load()
        .migrate();
  }

  private static void guardAlways(DataSource dataSource) {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          """
          DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET bbm.guard = ''always''', current_database()); END $$
          """);
    } catch (SQLException failed) {
      throw new IllegalStateException(failed);
    }
  }
}
