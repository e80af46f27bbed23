package dev.bbm.starter.embedded;

import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;

/** The superuser's connection to an embedded PostgreSQL server. */
record ServerConnection(String jdbcUrl) {

  void createMissing(List<String> databases) {
    try (var connection = DriverManager.getConnection(jdbcUrl)) {
      for (String database : databases) {
        if (!exists(connection, database)) {
          create(connection, database);
        }
      }
    } catch (SQLException e) {
      throw ApplicationException.of(
          ErrorCode.DATABASE_UNREACHABLE,
          "The databases %s could not be created.".formatted(databases),
          null,
          e.getSQLState(),
          e);
    }
  }

  private static boolean exists(Connection connection, String database) throws SQLException {
    try (var select = connection.prepareStatement("SELECT FROM pg_database WHERE datname = ?")) {
      select.setString(1, database);
      try (var rows = select.executeQuery()) {
        return rows.next();
      }
    }
  }

  private static void create(Connection connection, String database) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE \"" + database + "\"");
    }
  }

  @Override
  public String toString() {
    return "ServerConnection[" + jdbcUrl.replaceAll("password=[^&]*", "password=***") + "]";
  }
}
