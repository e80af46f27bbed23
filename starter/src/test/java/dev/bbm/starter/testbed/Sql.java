package dev.bbm.starter.testbed;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/** Statements on one database, each on a connection of its own. */
public record Sql(String jdbcUrl) {

  /** Runs statements one after the other. */
  public void execute(String... statements) {
    try (var connection = connect();
        var statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    } catch (SQLException failed) {
      throw new IllegalStateException(failed);
    }
  }

  /** The first column of the first row as text. */
  public String value(String query, Object... parameters) {
    return rows(query, parameters).getFirst().split("\\|", -1)[0];
  }

  /** The rows of a query, columns by bars; NULL is written as null. */
  public List<String> rows(String query, Object... parameters) {
    try (var connection = connect();
        var statement = prepare(connection, query, parameters);
        ResultSet rows = statement.executeQuery()) {
      var lines = new ArrayList<String>();
      while (rows.next()) {
        var cells = new StringJoiner("|");
        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
          cells.add(rows.getString(i));
        }
        lines.add(cells.toString());
      }
      return List.copyOf(lines);
    } catch (SQLException failed) {
      throw new IllegalStateException(failed);
    }
  }

  private Connection connect() throws SQLException {
    return DriverManager.getConnection(jdbcUrl);
  }

  private static PreparedStatement prepare(
      Connection connection, String query, Object... parameters) throws SQLException {
    var statement = connection.prepareStatement(query);
    for (int i = 0; i < parameters.length; i++) {
      statement.setObject(i + 1, parameters[i]);
    }
    return statement;
  }

  @Override
  public String toString() {
    return "Sql[" + jdbcUrl.replaceAll("password=[^&]*", "password=***") + "]";
  }
}
