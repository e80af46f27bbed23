package dev.bbm.activities.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/**
 * Schema {@code bbm} in a database "main" that owns gitlab_main, gitlab_ci and gitlab_shared, with
 * the job classes Touch (no arguments), CopyColumn (two) and Scoped.
 */
public final class OwnedDatabase {

  private static final String CONTENT =
      """
      SELECT bbm.install_ownership('main', false, '{gitlab_main,gitlab_ci,gitlab_shared}');
      INSERT INTO bbm.job_classes (name, kind, arguments, alias, scope, operation, feature_category, hash)
      VALUES ('Touch', 'sql', '[]', NULL, NULL, 'update', 'database', 'hash1'),
             ('Scoped', 'sql', '[]', 's', 's.id % 2 = 0', 'update', 'database', 'hash1'),
             ('CopyColumn', 'sql', '[{"name": "from", "type": "identifier"}, {"name": "to", "type": "identifier"}]',
              NULL, NULL, 'update', 'database', 'hash1');
      """;

  private OwnedDatabase() {}

  /** For {@code new PostgresExtension(OwnedDatabase::install)}. */
  public static void install(DataSource dataSource) {
    BbmSchema.install(dataSource);
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(CONTENT);
    } catch (SQLException failed) {
      throw new IllegalStateException(failed);
    }
  }
}
