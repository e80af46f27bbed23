package dev.bbm.starter.benchmark;

import dev.bbm.activities.topology.DatabaseSettings;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The peers: no gate, no job rows, no cursor, nothing to resume from. */
final class PlainLoops {

  private final DatabaseSettings database;
  private final int subBatchSize;

  PlainLoops(DatabaseSettings database, int subBatchSize) {
    this.database = database;
    this.subBatchSize = subBatchSize;
  }

  Duration plpgsql() throws SQLException {
    try (Connection connection = connect();
        PreparedStatement call = connection.prepareStatement("CALL plain_loop(?)")) {
      call.setInt(1, subBatchSize);
      long began = System.nanoTime();
      call.execute();
      return Duration.ofNanos(System.nanoTime() - began);
    }
  }

  /** Bound, UPDATE and COMMIT: three round trips per sub-batch. */
  Duration jdbc() throws SQLException {
    try (Connection connection = connect()) {
      connection.setAutoCommit(false);
      long began = System.nanoTime();
      try (PreparedStatement bound =
              connection.prepareStatement(
                  "SELECT id FROM narrow WHERE id > ? ORDER BY id OFFSET ? LIMIT 1");
          PreparedStatement last =
              connection.prepareStatement("SELECT max(id) FROM narrow WHERE id > ?");
          PreparedStatement update =
              connection.prepareStatement("UPDATE narrow SET n = n + 1 WHERE id > ? AND id <= ?")) {
        long done = 0;
        Long through = next(bound, last, done);
        while (through != null) {
          update.setLong(1, done);
          update.setLong(2, through);
          update.executeUpdate();
          connection.commit();
          done = through;
          through = next(bound, last, done);
        }
      }
      connection.commit();
      return Duration.ofNanos(System.nanoTime() - began);
    }
  }

  /** Without a pool. */
  Connection connect() throws SQLException {
    return DriverManager.getConnection(
        database.url(), database.user(), database.password().value());
  }

  private @Nullable Long next(PreparedStatement bound, PreparedStatement last, long done)
      throws SQLException {
    bound.setLong(1, done);
    bound.setInt(2, subBatchSize - 1);
    Long through = first(bound);
    if (through != null) {
      return through;
    }
    last.setLong(1, done);
    return first(last);
  }

  private static @Nullable Long first(PreparedStatement query) throws SQLException {
    try (ResultSet rows = query.executeQuery()) {
      if (!rows.next()) {
        return null;
      }
      long value = rows.getLong(1);
      return rows.wasNull() ? null : value;
    }
  }
}
