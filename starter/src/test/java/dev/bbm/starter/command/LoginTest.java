package dev.bbm.starter.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bbm.starter.command.Cli.Result;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server that asks for passwords (scram-sha-256) and refuses: one sentence, an exit code, and
 * nothing changed. The pool tries for five seconds, so all ask at once, before the first test.
 */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
final class LoginTest {

  private static final String HINT =
      "hint: check user and password: BBM_MAIN_USER, BBM_MAIN_PASSWORD, bbm.yml or ~/.pgpass\n";

  @TempDir static Path folder;

  private static EmbeddedPostgres server;
  private static String before;
  private static final Map<String, Result> results = new LinkedHashMap<>();

  @BeforeAll
  static void askForEverything() throws Exception {
    Path data = folder.resolve("data");
    try (var trusting = server(data)) {
      execute(
          trusting,
          "CREATE ROLE app LOGIN PASSWORD 'right'",
          "CREATE ROLE guest LOGIN PASSWORD 'right'",
          "CREATE DATABASE shop OWNER app",
          "CREATE DATABASE empty OWNER app",
          "GRANT EXECUTE ON FUNCTION pg_walfile_name(pg_lsn), pg_current_wal_lsn() TO app");
      Installed.write(folder, "db/migrate/1_a.sql", "CREATE TABLE a ();");
      Installed.init(cli(trusting, "app", "shop"));
    }
    Files.writeString(
        data.resolve("pg_hba.conf"),
        """
        host all postgres samehost trust
        host all app,guest samehost scram-sha-256
        """);
    server = server(data);
    before = everything();
    var asked = new LinkedHashMap<String, CompletableFuture<Result>>();
    asked.put("right", run(cli("app", "shop").with("BBM_MAIN_PASSWORD", "right"), "list"));
    for (String command : List.of("list", "init --yes", "migrate", "pause main_1")) {
      asked.put(command, run(cli("app", "shop").with("BBM_MAIN_PASSWORD", "wrong"), command));
    }
    asked.put("none", run(cli("app", "shop"), "list"));
    asked.put("stranger", run(cli("stranger", "shop"), "init --yes"));
    asked.put("nowhere", run(cli("postgres", "nowhere"), "init --yes"));
    var guest = cli("guest", "shop").with("BBM_MAIN_PASSWORD", "right");
    asked.put("guest lists", run(guest, "list"));
    asked.put("guest migrates", run(guest, "migrate"));
    asked.put(
        "guest installs",
        run(cli("guest", "empty").with("BBM_MAIN_PASSWORD", "right"), "init --yes"));
    asked.forEach((name, result) -> results.put(name, result.join()));
  }

  @AfterAll
  static void stop() throws IOException {
    server.close();
  }

  @Test
  void letsTheRightPasswordIn() {
    assertThat(result("right")).isEqualTo(new Result(0, "no migrations\n", ""));
  }

  @Test
  void refusesAWrongPassword() {
    for (String command : List.of("init --yes", "migrate", "pause main_1")) {
      assertThat(result(command))
          .as(command)
          .isEqualTo(
              new Result(
                  3,
                  "",
                  "error: database \"main\": password authentication failed for user \"app\"\n"
                      + HINT));
    }
    assertThat(result("list").exitCode()).isEqualTo(3);
    assertThat(result("list").err())
        .isEqualTo(
            "error: database \"main\": password authentication failed for user \"app\"\n" + HINT);
  }

  @Test
  void asksForAPassword() {
    assertThat(result("none").err())
        .isEqualTo(
            "error: database \"main\": The server requested SCRAM-based authentication, but no password was provided.\n"
                + HINT);
    assertThat(result("none").exitCode()).isEqualTo(3);
  }

  @Test
  void refusesARoleThatTheServerDoesNotLetIn() {
    assertThat(result("stranger").err())
        .startsWith("error: database \"main\": no pg_hba.conf entry for host")
        .contains("user \"stranger\"")
        .endsWith(HINT);
    assertThat(result("stranger").exitCode()).isEqualTo(3);
  }

  @Test
  void refusesADatabaseThatDoesNotExist() {
    assertThat(result("nowhere"))
        .isEqualTo(
            new Result(
                2,
                "",
                """
                error: database "main": database "nowhere" does not exist
                hint: check its url in bbm.yml or BBM_MAIN_URL
                """));
  }

  @Test
  void refusesARoleWithoutRights() {
    for (String command : List.of("guest lists", "guest migrates")) {
      assertThat(result(command).err())
          .as(command)
          .isEqualTo(
              """
              error: database "main": permission denied for schema bbm
              hint: use the role that ran ./bbm init, or grant this one rights on schema bbm
              """);
      assertThat(result(command).exitCode()).isEqualTo(3);
    }
  }

  @Test
  void refusesToInstallAsARoleThatMayNotCreateASchema() {
    assertThat(result("guest installs").err())
        .isEqualTo(
            """
            error: role "guest" may not create a schema in database "empty"
            hint: GRANT CREATE ON DATABASE "empty" TO "guest"
            """);
    assertThat(result("guest installs").exitCode()).isEqualTo(3);
  }

  @Test
  void changesNothing() throws SQLException {
    assertThat(everything()).isEqualTo(before);
  }

  private static Result result(String name) {
    return Objects.requireNonNull(results.get(name), name);
  }

  private static CompletableFuture<Result> run(Cli cli, String command) {
    return CompletableFuture.supplyAsync(() -> cli.run(command), Thread::startVirtualThread);
  }

  /** Tables, functions and rows of schema bbm, and what else there is. */
  private static String everything() throws SQLException {
    try (var connection = server.getDatabase("postgres", "shop").getConnection();
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                """
                SELECT concat_ws(' ', (SELECT count(*) FROM pg_class), (SELECT count(*) FROM pg_proc),
                                 (SELECT count(*) FROM bbm.migration_events), (SELECT count(*) FROM bbm.schema_history))
                """)) {
      rows.next();
      return rows.getString(1);
    }
  }

  private static EmbeddedPostgres server(Path data) throws IOException {
    return EmbeddedPostgres.builder().setDataDirectory(data).setCleanDataDirectory(false).start();
  }

  private static Cli cli(String user, String database) {
    return cli(server, user, database);
  }

  private static Cli cli(EmbeddedPostgres at, String user, String database) {
    return new Cli(folder)
        .with(
            "BBM_MAIN_URL",
            "postgresql://%s@localhost:%d/%s".formatted(user, at.getPort(), database));
  }

  private static void execute(EmbeddedPostgres at, String... statements) throws SQLException {
    try (var connection = at.getPostgresDatabase().getConnection();
        var statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }
}
