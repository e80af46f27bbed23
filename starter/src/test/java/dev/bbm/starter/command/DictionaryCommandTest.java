package dev.bbm.starter.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bbm.starter.command.Cli.Result;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Needs no database. */
final class DictionaryCommandTest {

  @TempDir Path folder;

  private Cli cli;

  @BeforeEach
  void write() throws IOException {
    Installed.write(folder, "db/docs/users.yml", "table_name: users\ngitlab_schema: gitlab_main\n");
    Installed.write(
        folder, "db/docs/p_ci_builds.yml", "table_name: p_ci_builds\ngitlab_schema: gitlab_ci\n");
    Installed.write(folder, "db/docs/views/old.yml", "view_name: old\ngitlab_schema: gitlab_geo\n");
    cli =
        new Cli(folder)
            .with("BBM_MAIN_URL", "postgresql://127.0.0.1:1/main")
            .with("BBM_CI_URL", "postgresql://127.0.0.1:1/ci");
    Installed.write(
        folder,
        "bbm.yml",
        "databases: {main: {gitlab_schemas: [gitlab_main, gitlab_shared]}, ci: {}}\n");
  }

  @Test
  void showsEveryTable() {
    assertThat(cli.run("db dictionary"))
        .isEqualTo(
            new Result(
                0,
                """
                TABLE        GITLAB_SCHEMA  DATABASE  RULE   FILE
                old          gitlab_geo     none      table  db/docs/views/old.yml
                p_ci_builds  gitlab_ci      ci        table  db/docs/p_ci_builds.yml
                users        gitlab_main    main      table  db/docs/users.yml
                """,
                ""));
  }

  @Test
  void showsWhichRuleDecides() {
    assertThat(cli.run("db dictionary public.users_7 ci_builds_101 pg_class _test_x").out())
        .isEqualTo(
            """
            TABLE           GITLAB_SCHEMA    DATABASE  RULE              FILE
            public.users_7  gitlab_main      main      partition number  db/docs/users.yml
            ci_builds_101   gitlab_ci        ci        ci partition      db/docs/p_ci_builds.yml
            pg_class        gitlab_internal  none      pg_ prefix
            _test_x         gitlab_shared    main, ci  test prefix
            """);
  }

  @Test
  void saysHowToClassifyAnUnknownTable() {
    assertThat(cli.run("db dictionary users public.orders"))
        .isEqualTo(
            new Result(
                3,
                """
                TABLE  GITLAB_SCHEMA  DATABASE  RULE   FILE
                users  gitlab_main    main      table  db/docs/users.yml
                """,
                """
                error: table "public.orders" is in no gitlab_schema
                hint: write "table_name: orders" and "gitlab_schema: gitlab_main" (or another) into db/docs/orders.yml, then ./bbm init
                """));
  }

  @Test
  void saysNothingElseOfAnUnknownTableAlone() {
    Result result = cli.run("db dictionary orders");

    assertThat(result.out()).isEmpty();
    assertThat(result.exitCode()).isEqualTo(3);
  }

  @Test
  void filtersByGitlabSchema() {
    assertThat(cli.run("db dictionary --gitlab-schema gitlab_ci").out().lines()).hasSize(2);
    assertThat(cli.run("db dictionary --gitlab-schema gitlab_cy"))
        .isEqualTo(
            new Result(
                2,
                "",
                """
                error: unknown gitlab_schema "gitlab_cy"
                hint: known: gitlab_ci, gitlab_geo, gitlab_main
                """));
  }

  @Test
  void printsJson() {
    assertThat(cli.run("db dictionary users orders --output json").out())
        .isEqualTo(
            """
            {
              "tables" : [ {
                "table" : "users",
                "gitlab_schema" : "gitlab_main",
                "databases" : [ "main" ],
                "rule" : "table",
                "file" : "db/docs/users.yml"
              } ],
              "unclassified" : [ {
                "table" : "orders",
                "remedy" : "write \\"table_name: orders\\" and \\"gitlab_schema: gitlab_main\\" (or another) into db/docs/orders.yml, then ./bbm init"
              } ]
            }
            """);
  }

  @Test
  void namesAFileThatIsWrong() throws IOException {
    Installed.write(folder, "db/docs/orders.yml", "table_name: orders\n");

    assertThat(cli.run("db dictionary"))
        .isEqualTo(
            new Result(
                2,
                "",
                """
                error: %s: gitlab_schema: "" is missing for table orders; write gitlab_schema: gitlab_main, or another
                hint: docs/configuration.md names every property
                """
                    .formatted(folder.resolve("db/docs/orders.yml"))));
  }
}
