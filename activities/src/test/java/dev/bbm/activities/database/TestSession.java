package dev.bbm.activities.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** One connection of its own, in autocommit until {@link #begin}. */
public final class TestSession implements AutoCloseable {

  private final Connection connection;

  /** Connects to the database of the class. */
  public TestSession(PostgresExtension postgres) throws SQLException {
    connection = postgres.dataSource().getConnection();
  }

  /** Begins a READ COMMITTED transaction. */
  public TestSession begin() throws SQLException {
    return begin(Connection.TRANSACTION_READ_COMMITTED);
  }

  /** Begins a transaction. */
  public TestSession begin(int isolation) throws SQLException {
    connection.setTransactionIsolation(isolation);
    connection.setAutoCommit(false);
    return this;
  }

  /** Commits, and is in autocommit again. */
  public void commit() throws SQLException {
    connection.commit();
    connection.setAutoCommit(true);
  }

  /** Rolls back, and is in autocommit again. */
  public void rollback() throws SQLException {
    connection.rollback();
    connection.setAutoCommit(true);
  }

  /** Runs a statement, whatever it returns. */
  public void run(String sql, @Nullable Object... parameters) throws SQLException {
    try (PreparedStatement statement = prepare(sql, parameters)) {
      statement.execute();
    }
  }

  /** The first column of every row as text. */
  public List<@Nullable String> column(String sql, @Nullable Object... parameters)
      throws SQLException {
    try (PreparedStatement statement = prepare(sql, parameters);
        ResultSet rows = statement.executeQuery()) {
      var column = new ArrayList<@Nullable String>();
      while (rows.next()) {
        column.add(rows.getString(1));
      }
      return column;
    }
  }

  /** The first column of the first row as text; the empty text for NULL or no row. */
  public String one(String sql, @Nullable Object... parameters) throws SQLException {
    List<@Nullable String> column = column(sql, parameters);
    String first = column.isEmpty() ? null : column.getFirst();
    return first == null ? "" : first;
  }

  /** The first row's columns as text, with commas between them. */
  public String row(String sql, @Nullable Object... parameters) throws SQLException {
    try (PreparedStatement statement = prepare(sql, parameters);
        ResultSet rows = statement.executeQuery()) {
      assertThat(rows.next()).as("a row").isTrue();
      var columns = new StringJoiner(", ");
      for (int n = 1; n <= rows.getMetaData().getColumnCount(); n++) {
        columns.add(rows.getString(n));
      }
      return columns.toString();
    }
  }

  /** The first column of the first row as a number. */
  public long number(String sql, @Nullable Object... parameters) throws SQLException {
    return Long.parseLong(one(sql, parameters));
  }

  /** A script of statements without parameters. */
  public void script(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The server's process of this connection. */
  public int pid() throws SQLException {
    return (int) number("SELECT pg_backend_pid()");
  }

  /** Returns when the other session waits for a lock that this one or a third one holds. */
  public void awaitBlocked(int pid) throws SQLException, InterruptedException {
    long deadline = System.nanoTime() + 60_000_000_000L;
    while (number("SELECT cardinality(pg_blocking_pids(?))", pid) == 0) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("process " + pid + " waits for no lock");
      }
      Thread.sleep(20);
    }
  }

  private PreparedStatement prepare(String sql, @Nullable Object... parameters)
      throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    for (int n = 0; n < parameters.length; n++) {
      statement.setObject(n + 1, parameters[n]);
    }
    return statement;
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
