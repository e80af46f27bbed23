package dev.bbm.starter.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bbm.workflows.failure.ApplicationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(300)
final class EmbeddedDatabaseServerIT {

  private static final UserCache CACHE = UserCache.of(System.getenv());

  @TempDir private static Path sharedFolder;
  @TempDir private Path folder;
  private static EmbeddedDatabaseServer shared;

  @BeforeAll
  static void start() {
    shared =
        server(
            DatabaseServerOptions.throwaway(sharedFolder.resolve("server"))
                .withDatabases(List.of("main", "ci", "sec"))
                .withSettings(Map.of("max_connections", "17")));
    shared.start();
  }

  @AfterAll
  static void stop() {
    shared.close();
  }

  @Test
  void createsTheDatabasesThatItIsAskedFor() {
    assertThat(List.of("main", "ci", "sec"))
        .allSatisfy(
            name -> assertThat(query(shared, name, "SELECT current_database()")).isEqualTo(name));
  }

  @Test
  void passesSettingsOn() throws SQLException {
    assertThat(query(shared, "main", "SHOW max_connections")).isEqualTo("17");
  }

  @EnabledOnOs(OS.LINUX)
  @Test
  void listensOnLoopbackOnly() throws IOException {
    assertThat(ListeningSockets.of(shared.pid().orElseThrow()))
        .matches(ListeningSockets::areLoopbackOnly);
  }

  @Test
  void refusesWhoDoesNotKnowThePassword() {
    var stranger =
        "jdbc:postgresql://127.0.0.1:%d/main?user=bbm&password=x".formatted(shared.port());

    assertThatThrownBy(() -> DriverManager.getConnection(stranger))
        .hasMessageContaining("password authentication failed");
  }

  @ParameterizedTest
  @EnumSource(StopMode.class)
  void startsAgainOnTheSamePortWithItsDataAfter(StopMode mode) throws SQLException {
    var url = shared.jdbcUrl("main");
    execute(url, "CREATE TABLE kept_after_%s AS SELECT 42 AS n".formatted(mode));

    shared.stop(mode);
    assertThat(shared.isRunning()).isFalse();
    shared.start();

    assertThat(shared.jdbcUrl("main")).isEqualTo(url);
    assertThat(query(shared, "main", "SELECT n FROM kept_after_" + mode)).isEqualTo("42");
  }

  @Test
  void startsAgainAfterKillNineInTheMiddleOfATransaction() throws SQLException {
    var url = shared.jdbcUrl("main");
    execute(url, "CREATE TABLE kept_after_kill AS SELECT 42 AS n");
    var server = ProcessHandle.of(shared.pid().orElseThrow()).orElseThrow();
    var backends = server.descendants().toList();
    try (var connection = DriverManager.getConnection(url);
        var statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("UPDATE kept_after_kill SET n = 43");

      shared.killHard();

      assertThat(backends).isNotEmpty().noneMatch(ProcessHandle::isAlive);
      assertThatThrownBy(connection::commit).isInstanceOf(SQLException.class);
    }
    shared.start();

    assertThat(query(shared, "main", "SELECT n FROM kept_after_kill")).isEqualTo("42");
  }

  @Test
  void keepsDataAndPasswordForTheNextServerInTheSameFolder() throws SQLException {
    var options = DatabaseServerOptions.persistent(folder.resolve("server")).withFsync(false);
    String first;
    try (var server = server(options)) {
      server.start();
      execute(server.jdbcUrl("ci"), "CREATE TABLE kept AS SELECT 42 AS n");
      first = server.jdbcUrl("ci").replaceAll(".*password=", "");
    }

    try (var server = server(options)) {
      server.start();

      assertThat(query(server, "ci", "SELECT n FROM kept")).isEqualTo("42");
      assertThat(server.jdbcUrl("ci")).endsWith(first);
    }
  }

  @Test
  void leavesNothingBehindWhenItIsThrownAway() {
    var server = server(options());
    server.start();
    assertThat(folder.resolve("server")).isDirectory();

    server.close();

    assertThat(folder.resolve("server")).doesNotExist();
  }

  @Test
  void saysWhatPostgresSaidWhenItDoesNotStart() {
    try (var server = server(options().withSettings(Map.of("shared_buffers", "no number")))) {
      assertThatThrownBy(server::start)
          .isInstanceOf(ApplicationException.class)
          .hasMessageContaining("invalid value for parameter \"shared_buffers\": \"no number\"");
      assertThat(server.isRunning()).isFalse();
    }
  }

  @Test
  void takesAnotherPortWhenSomebodyWasFaster() throws IOException, SQLException {
    try (var taken = new TakenPort();
        var server =
            new EmbeddedDatabaseServer(options(), CACHE, null, taken.thenAFreeOne()::pop)) {
      server.start();

      assertThat(server.port()).isNotEqualTo(taken.port().number());
      assertThat(query(server, "main", "SELECT 1")).isEqualTo("1");
    }
  }

  @ParameterizedTest
  @MethodSource("accountsThatWorkHere")
  void runsAs(ServerAccount account) throws SQLException, IOException {
    // A folder of JUnit's lies below one that only its owner may enter on some machines.
    var reachable = Files.createTempDirectory("bbm-account-");
    var options = DatabaseServerOptions.throwaway(reachable);
    try (var server = new EmbeddedDatabaseServer(options, CACHE, account, LoopbackPort::free)) {
      server.start();
      server.killHard();
      server.start();

      assertThat(query(server, "main", "SELECT 1")).isEqualTo("1");
    }
  }

  @EnabledIf("canBecomeNobody")
  @Test
  void refusesAFolderThatItsAccountCannotReach() {
    try (var server =
        new EmbeddedDatabaseServer(options(), CACHE, ServerAccount.NOBODY, LoopbackPort::free)) {
      assertThatThrownBy(server::start)
          .hasMessage(
              "PostgreSQL runs as user nobody here, who cannot reach %s.",
              folder.resolve("server"));
    }
  }

  static boolean canBecomeNobody() {
    return ServerAccount.NOBODY.works();
  }

  private static Stream<ServerAccount> accountsThatWorkHere() {
    return Stream.of(ServerAccount.values()).filter(ServerAccount::works);
  }

  private DatabaseServerOptions options() {
    return DatabaseServerOptions.throwaway(folder.resolve("server"));
  }

  private static EmbeddedDatabaseServer server(DatabaseServerOptions options) {
    return new EmbeddedDatabaseServer(options, CACHE);
  }

  private static void execute(String url, String sql) throws SQLException {
    try (var connection = DriverManager.getConnection(url);
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String query(EmbeddedDatabaseServer server, String database, String sql)
      throws SQLException {
    try (var connection = DriverManager.getConnection(server.jdbcUrl(database));
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }
}
