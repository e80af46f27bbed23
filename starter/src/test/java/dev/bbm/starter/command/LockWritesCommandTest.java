package dev.bbm.starter.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bbm.activities.database.PostgresExtension;
import dev.bbm.activities.database.TestSession;
import dev.bbm.starter.command.Cli.Result;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

final class LockWritesCommandTest {

  private static final String LOCKS =
      "SELECT tgrelid::regclass FROM pg_trigger WHERE tgfoid = 'bbm.prevent_write'::regproc ORDER BY 1";

  @RegisterExtension static final PostgresExtension main = new PostgresExtension();
  @RegisterExtension static final PostgresExtension ci = new PostgresExtension();

  @TempDir static Path folder;

  private static Cli cli;

  @BeforeAll
  static void install() throws IOException {
    cli = TwoPlaces.installed(main, ci, folder);
  }

  @BeforeEach
  void makeTablesAnew() {
    TwoPlaces.tables(main);
    TwoPlaces.tables(ci);
    main.execute("DELETE FROM bbm.failovers", "DELETE FROM bbm.migration_events");
  }

  @Test
  void locksInEachDatabaseWhatLivesInTheOther() {
    assertThat(cli.run("db lock-writes"))
        .isEqualTo(
            new Result(
                0,
                """
                DATABASE  TABLE     GITLAB_SCHEMA  ACTION
                main      builds    gitlab_ci      locked
                main      jobs      gitlab_ci      locked
                main      p_logs    gitlab_ci      locked
                main      p_logs_1  gitlab_ci      locked
                ci        orders    gitlab_main    locked
                main: 4 locked, 2 skipped
                ci: 1 locked, 5 skipped
                """,
                ""));
    assertThat(Installed.rows(main, LOCKS)).isEqualTo("builds\njobs\np_logs\np_logs_1");
    assertThat(Installed.rows(ci, LOCKS)).isEqualTo("orders");
    assertThat(cli.run("events --database main").out())
        .containsPattern("writes_locked +ann +builds, jobs, p_logs, p_logs_1 +4");
  }

  @Test
  void succeedsWhenAllIsLockedAlready() {
    cli.run("db lock-writes");

    assertThat(cli.run("db lock-writes"))
        .isEqualTo(new Result(0, "main: 6 skipped\nci: 6 skipped\n", ""));
  }

  @Test
  void onlySaysWhatItWouldDoInADryRun() {
    assertThat(cli.run("db lock-writes --database ci --dry-run"))
        .isEqualTo(
            new Result(
                0,
                """
                DATABASE  TABLE   GITLAB_SCHEMA  ACTION
                ci        orders  gitlab_main    needs_lock
                ci: 5 skipped, 1 needs_lock
                """,
                ""));
    assertThat(Installed.rows(ci, LOCKS)).isEmpty();
  }

  @Test
  void unlocksAll() {
    cli.run("db lock-writes");

    assertThat(cli.run("db unlock-writes --dry-run --database ci").out())
        .endsWith("ci: 1 needs_unlock\n");
    assertThat(cli.run("db unlock-writes").out()).endsWith("main: 4 unlocked\nci: 1 unlocked\n");
    assertThat(Installed.rows(main, LOCKS) + Installed.rows(ci, LOCKS)).isEmpty();
    assertThat(cli.run("db unlock-writes"))
        .isEqualTo(new Result(0, "main: nothing to do\nci: nothing to do\n", ""));
  }

  @Test
  void ownershipShowsWhatIsNotLocked() {
    assertThat(cli.run("db ownership").out())
        .endsWith(
            """
            main: not locked for writes, though they live elsewhere: builds, jobs, p_logs, p_logs_1; ./bbm db lock-writes --database main
            ci: not locked for writes, though they live elsewhere: orders; ./bbm db lock-writes --database ci
            """);
    cli.run("db lock-writes --database main");

    var document = Json.read(cli.run("db ownership --output json").out()).orElseThrow();
    assertThat(document.path("unlocked_tables")).hasSize(1);
    assertThat(document.path("unlocked_tables").path(0).path("table_name").asText())
        .isEqualTo("orders");
  }

  @Test
  void answersMachinesInJson() {
    var document =
        Json.read(cli.run("db lock-writes --database ci --output json").out()).orElseThrow();

    assertThat(document.path("tables")).hasSize(6);
    assertThat(document.path("tables"))
        .filteredOn(it -> it.path("table_name").asText().equals("orders"))
        .singleElement()
        .satisfies(it -> {
          assertThat(it.path("database").asText()).isEqualTo("ci");
          assertThat(it.path("table_schema").asText()).isEqualTo("public");
          assertThat(it.path("gitlab_schema").asText()).isEqualTo("gitlab_main");
          assertThat(it.path("home").asText()).isEqualTo("elsewhere");
          assertThat(it.path("action").asText()).isEqualTo("locked");
        });
  }

  @Test
  void saysHowToClassifyATable() {
    main.execute("CREATE TABLE stray (id bigint)");

    Result result = cli.run("db lock-writes --database main");

    assertThat(result.err())
        .isEqualTo(
            """
            warning: tables of main are in no gitlab_schema, and so not locked: stray
            hint: add them to the dictionary ("stray: gitlab_main"), then ./bbm init
            """);
    assertThat(result.exitCode()).isZero();
    assertThat(Installed.rows(main, LOCKS)).doesNotContain("stray");
  }

  @Test
  void locksNothingWhenBothNamesLeadToOneDatabase() throws IOException {
    Cli onePlace = new Cli(folder).with("BBM_CONFIG", folder.resolve("one.yml").toString());
    Installed.write(
        folder,
        "one.yml",
        "databases: {main: {url: '%s'}, ci: {url: '%s', database_tasks: false}}\n"
            .formatted(main.url(), main.url()));

    Result result = onePlace.run("db lock-writes");

    assertThat(result.out()).isEqualTo("main: 6 skipped\n");
    assertThat(result.exitCode()).isZero();
    assertThat(Installed.rows(main, LOCKS)).isEmpty();
  }

  @Test
  void changesNothingWhenADatabaseDoesNotAnswer() {
    Result result =
        new Cli(folder)
            .with("BBM_MAIN_URL", main.url())
            .with("BBM_CI_URL", "postgresql://postgres@127.0.0.1:1/gone")
            .run("db lock-writes --database main");

    assertThat(result.exitCode()).isEqualTo(69);
    assertThat(result.err()).startsWith("error: database \"ci\" does not answer");
    assertThat(Installed.rows(main, LOCKS)).isEmpty();
  }

  @Test
  void refusesADatabaseThatIsNotConfigured() {
    assertThat(cli.run("db lock-writes --database geo"))
        .isEqualTo(
            new Result(
                2, "", "error: no database \"geo\" is configured\nhint: configured: main, ci\n"));
  }

  @Test
  void refusesDuringAFailover() {
    main.execute("INSERT INTO bbm.failovers VALUES (gen_random_uuid(), 'main', 'ci')");

    assertThat(cli.run("db lock-writes --database main"))
        .isEqualTo(
            new Result(
                3,
                "",
                "error: a failover is under way, which locks and unlocks tables itself\nhint: ./bbm failover status\n"));
    assertThat(Installed.rows(main, LOCKS)).isEmpty();
  }

  @Test
  void endsWith75WhenATableIsInUseEachTime() throws SQLException {
    try (var session = new TestSession(ci).begin()) {
      session.run("UPDATE orders SET n = 1");

      Result result = cli.run("db lock-writes --database ci");

      assertThat(result.out())
          .containsPattern(
              "ci +orders +gitlab_main +needs_lock: it was in use each time, now by process [0-9]+");
      assertThat(result.err())
          .isEqualTo(
              "error: not every table could be changed; the reasons are shown above\nhint: the same again does what is left\n");
      assertThat(result.exitCode()).isEqualTo(75);
      session.rollback();
    }
  }
}
