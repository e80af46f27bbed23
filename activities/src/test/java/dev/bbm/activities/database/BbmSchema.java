package dev.bbm.activities.database;

import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/** Schema {@code bbm} in a test's database: {@code new PostgresExtension(BbmSchema::install)}. */
public final class BbmSchema {

  private BbmSchema() {}

  /** Applies every file of the schema. */
  public static void install(DataSource dataSource) {
    Flyway.configure()
        .dataSource(dataSource)
        .schemas("bbm")
        .table("schema_history")
        .locations("classpath:dev/bbm/schema")
        .load()
        .migrate();
  }
}
