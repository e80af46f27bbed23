package dev.bbm.activities.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class PostgresExtensionTest {

  @RegisterExtension
  static final PostgresExtension postgres =
      new PostgresExtension(dataSource -> {
        try (Connection connection = dataSource.getConnection();
            Statement statement = connection.createStatement()) {
          statement.execute("CREATE TABLE made_by_the_initializer AS SELECT 1 AS n");
        } catch (SQLException failed) {
          throw new IllegalStateException(failed);
        }
      });

  @Test
  void putsEverySessionIntoAHostileTimeZone() throws SQLException {
    assertThat(one("SHOW TimeZone")).isEqualTo("Pacific/Chatham");
  }

  @Test
  void runsTheInitializerInTheDatabaseOfTheClass() throws SQLException {
    assertThat(one("SELECT n FROM made_by_the_initializer")).isEqualTo("1");
    assertThat(one("SELECT current_database()")).isEqualTo(postgres.database());
  }

  @Nested
  final class InANestedClass {

    @Test
    void theDatabaseIsTheSame() throws SQLException {
      assertThat(one("SELECT n FROM made_by_the_initializer")).isEqualTo("1");
    }
  }

  private static String one(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(postgres.url());
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }
}
