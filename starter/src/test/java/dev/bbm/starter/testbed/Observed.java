package dev.bbm.starter.testbed;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/** A server as the invariants see it: a name and a connection that only reads. */
public record Observed(String name, Connection connection) implements AutoCloseable {

  /** Connects to a database of a server. */
  public static Observed of(String name, Sql database) {
    try {
      return new Observed(name, DriverManager.getConnection(database.jdbcUrl()));
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The rows of a query; each column as text, NULL as null. */
  List<String> rows(String query) {
    try (var statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      var lines = new ArrayList<String>();
      while (rows.next()) {
        var cells = new StringJoiner("|");
        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
          cells.add(rows.getString(i));
        }
        lines.add(cells.toString());
      }
      return List.copyOf(lines);
    } catch (SQLException e) {
      throw new IllegalStateException(query, e);
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
