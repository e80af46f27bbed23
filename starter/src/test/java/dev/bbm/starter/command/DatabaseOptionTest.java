package dev.bbm.starter.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bbm.activities.database.PostgresExtension;
import dev.bbm.starter.command.Cli.Result;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Migrations by database: two places, and a second name of one of them. */
final class DatabaseOptionTest {

  @RegisterExtension static final PostgresExtension main = new PostgresExtension();
  @RegisterExtension static final PostgresExtension ci = new PostgresExtension();

  @TempDir static Path folder;

  private static Cli cli;

  /** main and sec are one place, ci another. */
  @BeforeAll
  static void install() throws IOException {
    Installed.jobClass(folder, "AddOne", "orders");
    Installed.write(
        folder,
        "bbm.yml",
        """
        databases:
          main: {url: '%s', gitlab_schemas: [gitlab_main, gitlab_shared]}
          sec: {url: '%s', gitlab_schemas: [gitlab_sec, gitlab_shared], database_tasks: false}
          ci: {url: '%s', gitlab_schemas: [gitlab_ci, gitlab_shared]}
        """
            .formatted(main.url(), main.url(), ci.url()));
    Installed.write(
        folder,
        "db/gitlab_schemas.yml",
        "orders: gitlab_main\nscans: gitlab_sec\nbuilds: gitlab_ci\n");
    main.execute(
        "CREATE TABLE orders AS SELECT 1::bigint AS id, 0 AS n",
        "ALTER TABLE orders ADD PRIMARY KEY (id)",
        "CREATE TABLE scans (LIKE orders INCLUDING ALL)",
        "INSERT INTO scans VALUES (1, 0)");
    ci.execute(
        "CREATE TABLE builds AS SELECT 1::bigint AS id, 0 AS n",
        "ALTER TABLE builds ADD PRIMARY KEY (id)");
    cli = new Cli(folder).with("TEMPORAL_ADDRESS", "127.0.0.1:1");
    Installed.init(cli);
  }

  @BeforeEach
  void queue() {
    String truncate = "TRUNCATE bbm.batched_background_migrations RESTART IDENTITY CASCADE";
    main.execute(truncate);
    ci.execute(truncate);
    assertThat(cli.run("queue AddOne orders").out()).isEqualTo("queued main_1 (active)\n");
    assertThat(cli.run("queue AddOne scans").out()).isEqualTo("queued main_2 (active)\n");
    assertThat(cli.run("queue AddOne builds").out()).isEqualTo("queued ci_1 (active)\n");
  }

  @Test
  void listsEachMigrationOnce() {
    assertThat(ids("list")).containsExactly("main_1", "main_2", "ci_1");
  }

  @Test
  void listsThoseOfOneName() {
    assertThat(ids("list --database main")).containsExactly("main_1");
    assertThat(ids("list --database sec")).containsExactly("main_2");
    assertThat(ids("list --database ci")).containsExactly("ci_1");
  }

  @Test
  void takesANumberWithItsDatabase() {
    assertThat(cli.run("status 1 --database ci").out()).startsWith("ci_1  AddOne on builds.id\n");
    assertThat(cli.run("pause 1 --database ci")).isEqualTo(new Result(0, "ci_1 paused\n", ""));
    assertThat(cli.run("resume 1 --database ci")).isEqualTo(new Result(0, "ci_1 resumed\n", ""));
    assertThat(cli.run("pause 1 --database main").out()).isEqualTo("main_1 paused\n");
    assertThat(cli.run("wait 1 --database ci --timeout 20ms --every 10ms").err())
        .startsWith("error: ci_1 is not finished after");
  }

  @Test
  void takesAnIdWithItsDatabase() {
    assertThat(cli.run("pause ci_1 --database ci").out()).isEqualTo("ci_1 paused\n");
    assertThat(cli.run("pause main_2 --database sec").out()).isEqualTo("main_2 paused\n");
  }

  @Test
  void knowsAMigrationByASecondNameOfItsPlace() {
    assertThat(cli.run("pause sec_2").out()).isEqualTo("main_2 paused\n");
    assertThat(cli.run("status 2 --database sec").out()).startsWith("main_2  AddOne on scans.id\n");
  }

  @Test
  void refusesAnIdOfAnotherDatabase() {
    assertThat(cli.run("pause main_1 --database ci"))
        .isEqualTo(
            new Result(
                2, "", "error: main_1 is not in database \"ci\"\nhint: leave --database out\n"));
    assertThat(
            Installed.rows(
                main, "SELECT status FROM bbm.batched_background_migrations WHERE id = 1"))
        .isEqualTo("1");
  }

  @Test
  void refusesADatabaseThatIsNotConfigured() {
    for (String command : new String[] {"list", "status 1", "pause 1", "resume 1", "events"}) {
      assertThat(cli.run(command + " --database geo"))
          .isEqualTo(
              new Result(
                  2,
                  "",
                  "error: no database \"geo\" is configured\nhint: configured: main, sec, ci\n"));
    }
  }

  @Test
  void showsTheEventsOfOneDatabase() {
    assertThat(cli.run("events --database ci").out()).contains("ci_1").doesNotContain("main_");
  }

  private static String[] ids(String line) {
    return cli.run(line).out().lines().skip(1).map(row -> row.split(" ")[0]).toArray(String[]::new);
  }
}
