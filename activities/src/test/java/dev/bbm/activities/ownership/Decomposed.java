package dev.bbm.activities.ownership;

import dev.bbm.activities.OpenDatabase;
import dev.bbm.activities.database.BbmSchema;
import dev.bbm.activities.database.PostgresExtension;
import dev.bbm.activities.topology.Database;
import dev.bbm.activities.topology.DatabaseSettings;
import dev.bbm.activities.topology.Secret;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import javax.sql.DataSource;

/**
 * Fixture: the database "main" of an application whose gitlab_ci lives in another one. Its tables
 * are made by each test class.
 */
final class Decomposed {

  /** As main sees it. */
  static final ConfiguredSchemas MAIN =
      new ConfiguredSchemas(
          List.of("gitlab_main", "gitlab_shared"),
          List.of("gitlab_ci", "gitlab_shared", "gitlab_shared_org"));

  private static final String CONTENT =
      """
      SELECT bbm.install_ownership('main', true, '{gitlab_main,gitlab_shared}');
      INSERT INTO bbm.table_schemas (table_name, gitlab_schema)
      VALUES ('orders', 'gitlab_main'), ('users', 'gitlab_shared'), ('orgs', 'gitlab_shared_org'), ('meta', 'gitlab_internal'), ('geo', 'gitlab_geo'),
             ('builds', 'gitlab_ci'), ('p_builds', 'gitlab_ci'), ('runners', 'gitlab_ci'), ('stages', 'gitlab_ci'),
             ('or"ders; DROP', 'gitlab_ci');
      """;

  private Decomposed() {}

  /** For {@code new PostgresExtension(Decomposed::install)}. */
  static void install(DataSource dataSource) {
    BbmSchema.install(dataSource);
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(CONTENT);
    } catch (SQLException failed) {
      throw new IllegalStateException(failed);
    }
  }

  static Database open(PostgresExtension postgres) {
    return open(postgres, "postgres");
  }

  static Database open(PostgresExtension postgres, String role) {
    return OpenDatabase.of(
        new DatabaseSettings(
            "main",
            postgres.url().replace("user=postgres", "user=" + role),
            "",
            new Secret(""),
            MAIN.here(),
            true,
            true,
            4),
        "bbm/test",
        List.of());
  }

  static WriteLocks locks(Database database) {
    return new WriteLocks(database, MAIN, "ann");
  }
}
