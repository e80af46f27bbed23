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

final class ListCommandTest {

  private static final String HEADING =
      "ID      STATUS  DONE  ROWS  JOB CLASS  TABLE      GITLAB_SCHEMA  REASON\n";

  @RegisterExtension static final PostgresExtension main = new PostgresExtension();
  @RegisterExtension static final PostgresExtension ci = new PostgresExtension();

  @TempDir static Path folder;

  private static Cli cli;

  @BeforeAll
  static void install() throws IOException {
    Installed.orders(main);
    ci.execute(
        "CREATE TABLE builds (id bigint PRIMARY KEY, n integer)",
        "INSERT INTO builds VALUES (1, 0)");
    Installed.jobClass(folder, "AddOne", "orders");
    Installed.write(folder, "db/gitlab_schemas.yml", "orders: gitlab_main\nbuilds: gitlab_ci\n");
    cli =
        new Cli(folder)
            .with("BBM_MAIN_URL", main.url())
            .with("BBM_CI_URL", ci.url())
            .with("TEMPORAL_ADDRESS", "127.0.0.1:1");
    Installed.init(cli);
  }

  @BeforeEach
  void queue() {
    TrackedMigration.queued(main);
    ci.execute("TRUNCATE bbm.batched_background_migrations RESTART IDENTITY CASCADE");
  }

  @Test
  void listsTheMigrationsOfAllDatabasesWhileTemporalIsDown() {
    TrackedMigration.underWay(main);

    assertThat(cli.run("queue AddOne builds").out()).isEqualTo("queued ci_1 (active)\n");
    assertThat(cli.run("list"))
        .isEqualTo(
            new Result(
                0,
                HEADING
                    + "main_1  active  54 %   540  AddOne     orders.id  gitlab_main\n"
                    + "ci_1    active   0 %     0  AddOne     builds.id  gitlab_ci\n",
                ""));
  }

  @Test
  void listsOneDatabaseOrOneStatus() {
    cli.run("queue AddOne builds");
    cli.runWords("pause", "main_1", "--reason", "deploy");

    assertThat(cli.run("list --database ci").out()).contains("ci_1").doesNotContain("main_1");
    assertThat(cli.run("list --status paused").out())
        .contains("main_1")
        .endsWith("deploy\n")
        .doesNotContain("ci_1");
  }

  @Test
  void listsTheOthersWhenADatabaseIsDown() {
    Result result = withoutCi().run("list");

    assertThat(result.out())
        .isEqualTo(HEADING + "main_1  active   0 %     0  AddOne     orders.id  gitlab_main\n");
    assertThat(result.err())
        .startsWith("error: database \"ci\" does not answer: Connection to 127.0.0.1:1 refused.")
        .endsWith("\nhint: check its url in bbm.yml or BBM_CI_URL\n");
    assertThat(result.exitCode()).isEqualTo(69);
  }

  @Test
  void tellsMachinesWhichDatabaseIsDown() {
    var document = Json.read(withoutCi().run("list --output json").out()).orElseThrow();

    assertThat(document.path("migrations").path(0).path("id").asText()).isEqualTo("main_1");
    assertThat(document.path("unavailable").path(0).path("database").asText()).isEqualTo("ci");
  }

  @Test
  void saysThatThereIsNothing() {
    assertThat(cli.run("list --database ci")).isEqualTo(new Result(0, "no migrations\n", ""));
  }

  @Test
  void saysThatSchemaBbmIsNotInstalled() {
    String template = main.url().replaceFirst("/[^/?]*[?]", "/template1?");

    assertThat(new Cli(folder).with("BBM_MAIN_URL", template).run("list --database main"))
        .isEqualTo(
            new Result(
                3,
                "",
                "error: schema bbm is not installed in database \"main\"\nhint: ./bbm init\n"));
  }

  @Test
  void refusesWhatIsNoStatus() {
    assertThat(cli.run("list --status running"))
        .isEqualTo(
            new Result(
                2,
                "",
                "error: invalid value for option '--status': \"running\" is no status; known: paused, active, finished, failed,"
                    + " finalizing, finalized, transferred, quarantined, stale\nhint: ./bbm list --help\n"));
  }

  @Test
  void wantsTheDatabaseInTheIdWhenThereAreSeveral() {
    assertThat(cli.run("status 1"))
        .isEqualTo(new Result(2, "", "error: no migration 1\nhint: ./bbm list\n"));
  }

  private static Cli withoutCi() {
    return new Cli(folder)
        .with("BBM_MAIN_URL", main.url())
        .with("BBM_CI_URL", "postgresql://postgres@127.0.0.1:1/gone");
  }
}
