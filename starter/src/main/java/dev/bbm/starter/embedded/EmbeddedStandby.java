package dev.bbm.starter.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;

/**
 * A second PostgreSQL server that streams from an embedded one, until it is promoted.
 *
 * <p>It has the user, the password and the databases of its primary, a port of its own, and its
 * folder is deleted when it is closed if the primary's would be.
 */
public final class EmbeddedStandby implements AutoCloseable {

  private static final Duration STREAM_LIMIT = Duration.ofMinutes(1);

  private final EmbeddedDatabaseServer server;

  private EmbeddedStandby(EmbeddedDatabaseServer server) {
    this.server = server;
  }

  /**
   * Copies a running server into a folder of its own, and returns once the copy streams from it.
   *
   * @throws ApplicationException when the copy does not start, or does not stream within a minute
   */
  public static EmbeddedStandby of(EmbeddedDatabaseServer primary, Path folder) {
    var server = primary.copy(folder);
    try {
      prepare(primary, server, folder.toAbsolutePath());
      server.start();
      var standby = new EmbeddedStandby(server);
      if (!server.await(standby::streams, STREAM_LIMIT)) {
        throw ApplicationException.of(
            ErrorCode.DATABASE_UNREACHABLE,
            "The standby in %s does not stream from 127.0.0.1:%d."
                .formatted(folder, primary.port()));
      }
      return standby;
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
  }

  private static void prepare(
      EmbeddedDatabaseServer primary, EmbeddedDatabaseServer standby, Path folder) {
    try {
      PrivateFolder.create(folder);
      Files.copy(Credentials.file(primary.folder()), Credentials.file(folder));
      new BaseBackup(primary.jdbcUrl("postgres"), primary.data()).into(standby.data());
      Files.createFile(standby.data().resolve("standby.signal"));
      Files.writeString(
          standby.data().resolve("postgresql.auto.conf"),
          settings(primary, folder),
          UTF_8,
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException | SQLException e) {
      throw new IllegalStateException("cannot copy the server in " + primary.folder(), e);
    }
  }

  /** In the file that ALTER SYSTEM writes, so that the stream can be cut while the server runs. */
  private static String settings(EmbeddedDatabaseServer primary, Path folder) throws IOException {
    return """
    primary_conninfo = 'host=%s port=%d user=%s password=%s sslmode=disable application_name=standby'
    wal_retrieve_retry_interval = '200ms'
    """
        .formatted(
            LoopbackPort.HOST, primary.port(), Credentials.USER, Credentials.in(folder).password());
  }

  /** Whether it receives the primary's log right now; false once it is promoted. */
  public boolean streams() {
    return isTrue(
        "SELECT EXISTS (SELECT FROM pg_stat_wal_receiver AS r WHERE r.status = 'streaming')");
  }

  /** Whether it follows a primary still, as every standby does before its promotion. */
  public boolean isInRecovery() {
    return isTrue("SELECT pg_is_in_recovery()");
  }

  private boolean isTrue(String query) {
    try (var connection = connection("postgres");
        var statement = connection.prepareStatement(query);
        var answer = statement.executeQuery()) {
      return answer.next() && answer.getBoolean(1);
    } catch (SQLException e) {
      throw ApplicationException.of(
          ErrorCode.DATABASE_UNREACHABLE,
          "The standby on 127.0.0.1:%d does not answer.".formatted(server.port()),
          null,
          e.getSQLState(),
          e);
    }
  }

  /** A new connection as superuser; it reads only, until the standby is promoted. */
  public Connection connection(String database) throws SQLException {
    return DriverManager.getConnection(server.jdbcUrl(database));
  }

  /** The server itself, to stop, start or kill it and for its addresses. */
  public EmbeddedDatabaseServer server() {
    return server;
  }

  @Override
  public void close() {
    server.close();
  }
}
