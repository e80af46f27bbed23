package dev.bbm.starter.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bbm.activities.database.PostgresExtension;
import dev.bbm.starter.command.Cli.Result;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

final class OwnershipCommandTest {

  @RegisterExtension static final PostgresExtension main = new PostgresExtension();
  @RegisterExtension static final PostgresExtension ci = new PostgresExtension();

  @TempDir Path folder;

  private Cli cli;

  @BeforeEach
  void install() throws IOException {
    Installed.write(folder, "db/gitlab_schemas.yml", "orders: gitlab_main\n");
    main.execute("DROP SCHEMA IF EXISTS bbm CASCADE");
    ci.execute("DROP SCHEMA IF EXISTS bbm CASCADE");
    cli =
        new Cli(folder)
            .with("BBM_MAIN_URL", main.url())
            .with("BBM_CI_URL", ci.url())
            .with("BBM_CI_USER", "postgres");
    Installed.init(cli);
    atPlace(main, "aaaaaaaa");
    atPlace(ci, "bbbbbbbb");
  }

  @Test
  void showsWhatEachDatabaseSays() {
    assertThat(cli.run("db ownership"))
        .isEqualTo(
            new Result(
                0,
                """
                DATABASE  GITLAB_SCHEMA  OWNER  EPOCH  STATE   PLACE     TIMELINE  RUNS
                main      gitlab_main    main       1  ACTIVE  aaaaaaaa         1  yes
                main      gitlab_shared  *          1  ACTIVE  aaaaaaaa         1  yes
                ci        gitlab_ci      ci         1  ACTIVE  bbbbbbbb         1  yes
                ci        gitlab_shared  *          1  ACTIVE  bbbbbbbb         1  yes
                """,
                ""));
  }

  @Test
  void saysWhyASchemaDoesNotRun() {
    main.execute(
        "UPDATE bbm.schema_ownership SET timeline = 7 WHERE gitlab_schema = 'gitlab_main'",
        "UPDATE bbm.schema_ownership SET timeline = 0, place = gen_random_uuid() WHERE gitlab_schema = 'gitlab_shared'");
    ci.execute(
        "UPDATE bbm.schema_ownership SET state = 'FENCED', epoch = 2 WHERE gitlab_schema = 'gitlab_ci'",
        "UPDATE bbm.schema_ownership SET owner_database = 'sec' WHERE gitlab_schema = 'gitlab_shared'");

    assertThat(cli.run("db ownership").out().lines().map(line -> line.replaceAll(".{9}no: ", "…")))
        .anyMatch(line -> line.endsWith("…this server runs on timeline 1"))
        .anyMatch(line -> line.endsWith("…its row was written at another place"))
        .anyMatch(line -> line.endsWith("…it is FENCED"))
        .anyMatch(line -> line.endsWith("…its owner is sec"));
  }

  @Test
  void printsJson() {
    String json = cli.run("db ownership --database ci --output json").out();

    assertThat(json)
        .contains(
            """
              "ownership" : [ {
                "database" : "ci",
                "gitlab_schema" : "gitlab_ci",
                "owner" : "ci",
                "epoch" : 1,
                "state" : "ACTIVE",
                "place" : "bbbbbbbb-0000-4000-8000-000000000000",
                "timeline" : 1,
                "runs" : true,
                "why_not" : null
              },\
            """)
        .doesNotContain("gitlab_main");
  }

  @Test
  void showsTheOthersWhenADatabaseIsDownOrNotInstalled() {
    ci.execute("DROP SCHEMA bbm CASCADE");
    Result result = cli.run("db ownership");

    assertThat(result.out()).contains("main      gitlab_main").doesNotContain("ci  ");
    assertThat(result.err())
        .isEqualTo("error: schema bbm is not installed in database \"ci\"\nhint: ./bbm init\n");
    assertThat(result.exitCode()).isEqualTo(3);

    Result down = cli.with("BBM_CI_URL", "postgresql://127.0.0.1:1/ci").run("db ownership");
    assertThat(down.err()).startsWith("error: database \"ci\" does not answer: ");
    assertThat(down.out()).contains("main      gitlab_main");
    assertThat(down.exitCode()).isEqualTo(69);
  }

  @Test
  void refusesADatabaseThatIsNotConfigured() {
    assertThat(cli.run("db ownership --database geo"))
        .isEqualTo(
            new Result(
                2, "", "error: no database \"geo\" is configured\nhint: configured: main, ci\n"));
  }

  @Test
  void printsTheHelpOfTheGroupWithoutAVerb() {
    assertThat(cli.run("db").out()).contains("Usage: bbm db", "ownership");
    assertThat(cli.run("db ownerships").err()).contains("hint: ./bbm db --help");
  }

  private static void atPlace(PostgresExtension postgres, String prefix) {
    String place = prefix + "-0000-4000-8000-000000000000";
    postgres.execute(
        "UPDATE bbm.database_identity SET place = '%s'".formatted(place),
        "UPDATE bbm.schema_ownership SET place = '%s'".formatted(place));
  }
}
