package dev.bbm.starter.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bbm.starter.command.Cli.Result;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server in recovery, where bbm was installed before. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
final class StandbyTest {

  private static final String STANDBY =
      """
      error: database "main" is a standby, which cannot be written
      hint: give the primary's address in bbm.yml or BBM_MAIN_URL
      """;

  @TempDir static Path folder;

  private static EmbeddedPostgres standby;

  private static Cli cli;

  @BeforeAll
  static void turnIntoAStandby() throws IOException {
    Path data = folder.resolve("data");
    try (var primary = server(data)) {
      Cli before = cli(primary);
      Installed.jobClass(folder, "AddOne", "orders");
      execute(primary, "CREATE TABLE orders (id bigint PRIMARY KEY, n integer)");
      execute(primary, "INSERT INTO orders VALUES (1, 0)");
      Installed.init(before);
      before.run("queue AddOne orders");
    }
    Files.createFile(data.resolve("standby.signal"));
    standby = server(data);
    cli = cli(standby);
  }

  @AfterAll
  static void stop() throws IOException {
    standby.close();
  }

  @Test
  void isShown() {
    assertThat(cli.run("list").out()).contains("main_1  active", "this server is a standby\n");
  }

  @Test
  void isNotInstalledInto() {
    assertThat(cli.run("init --yes"))
        .isEqualTo(
            new Result(
                3, "main: PostgreSQL 18, standby, 1 tables, timeline not readable\n", STANDBY));
  }

  @Test
  void isNamedByTheCommandsAboutDatabases() {
    assertThat(cli.run("db ownership").out()).contains("no: this server is a standby\n");
    assertThat(cli.run("db validate-config").err())
        .isEqualTo(
            """
            warning: database "main" is read-only: a standby, or a server that refuses writes
            hint: give the primary's address
            """);
  }

  @Test
  void refusesToPause() {
    assertThat(cli.run("pause main_1")).isEqualTo(new Result(3, "", STANDBY));
  }

  @Test
  void refusesToQueue() {
    assertThat(cli.runWords("queue", "AddOne", "orders", "--batch-max-value", "1"))
        .isEqualTo(new Result(3, "", STANDBY));
  }

  private static EmbeddedPostgres server(Path data) throws IOException {
    return EmbeddedPostgres.builder().setDataDirectory(data).setCleanDataDirectory(false).start();
  }

  private static Cli cli(EmbeddedPostgres server) {
    return new Cli(folder)
        .with(
            "BBM_MAIN_URL",
            "postgresql://postgres@localhost:%d/postgres".formatted(server.getPort()));
  }

  private static void execute(EmbeddedPostgres server, String sql) {
    try (var connection = server.getPostgresDatabase().getConnection();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException failed) {
      throw new IllegalStateException(failed);
    }
  }
}
