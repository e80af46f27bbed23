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

final class TruncateLegacyTablesCommandTest {

  private static final String COMMAND = "db truncate-legacy-tables --database main";
  private static final String COUNTS =
      """
      SELECT (SELECT count(*) FROM orders), (SELECT count(*) FROM builds), (SELECT count(*) FROM jobs),
             (SELECT count(*) FROM p_logs)
      """;

  @RegisterExtension static final PostgresExtension main = new PostgresExtension();
  @RegisterExtension static final PostgresExtension ci = new PostgresExtension();

  @TempDir static Path folder;

  private Cli cli;

  @BeforeAll
  static void install() throws IOException {
    TwoPlaces.installed(main, ci, folder);
  }

  @BeforeEach
  void lockTablesMadeAnew() {
    TwoPlaces.tables(main);
    TwoPlaces.tables(ci);
    ci.execute("UPDATE bbm.schema_ownership SET state = 'ACTIVE'");
    cli = new Cli(folder).with("BBM_MAIN_URL", main.url()).with("BBM_CI_URL", ci.url());
    cli.run("db lock-writes");
  }

  @Test
  void printsTheSqlAndChangesNothingInADryRun() {
    Result result = cli.run(COMMAND + " --dry-run --min-batch-size 2");

    assertThat(result)
        .isEqualTo(
            new Result(
                0,
                """
                -- public.jobs, public.p_logs, 16 kB
                BEGIN;
                SELECT set_config('lock_writes.jobs', 'false', true);
                SELECT set_config('lock_writes.p_logs', 'false', true);
                SELECT set_config('lock_writes.p_logs_1', 'false', true);
                TRUNCATE TABLE ONLY public.jobs, public.p_logs RESTRICT;
                COMMIT;
                -- public.builds, 8192 bytes
                BEGIN;
                SELECT set_config('lock_writes.builds', 'false', true);
                SELECT set_config('lock_writes.jobs', 'false', true);
                TRUNCATE TABLE ONLY public.builds, ONLY public.jobs RESTRICT;
                COMMIT;
                """,
                ""));
    assertThat(Installed.rows(main, COUNTS)).isEqualTo("1|1|1|1");
  }

  @Test
  void emptiesTheCopiesHereAndNothingElse() {
    assertThat(cli.run(COMMAND + " --yes"))
        .isEqualTo(new Result(0, "truncated public.builds, public.jobs, public.p_logs\n", ""));
    assertThat(Installed.rows(main, COUNTS)).isEqualTo("1|0|0|0");
    assertThat(Installed.rows(ci, COUNTS)).isEqualTo("1|1|1|1");
  }

  @Test
  void tellsMachinesTheStages() {
    Result plan = cli.run(COMMAND + " --dry-run --output json");
    assertThat(plan.out())
        .startsWith("{\n  \"database\" : \"main\",\n  \"changed\" : false,\n")
        .contains("\"tables\" : \"public.builds, public.jobs, public.p_logs\"", "TRUNCATE TABLE");
    assertThat(Installed.rows(main, COUNTS)).isEqualTo("1|1|1|1");

    assertThat(cli.run(COMMAND + " --yes --output json").out()).contains("\"changed\" : true");
    assertThat(Installed.rows(main, COUNTS)).isEqualTo("1|0|0|0");
    assertThat(cli.run(COMMAND + " --yes --output json").out())
        .contains("\"changed\" : false", "\"stages\" : [ ]");
  }

  @Test
  void succeedsWhenTheyAreEmptyAlready() {
    cli.run(COMMAND + " --yes");

    assertThat(cli.run(COMMAND + " --yes"))
        .isEqualTo(new Result(0, "main: the legacy tables are empty\n", ""));
  }

  @Test
  void stopsAfterTheGivenTable() {
    assertThat(cli.run(COMMAND + " --yes --until-table jobs --min-batch-size 1").out())
        .isEqualTo("truncated public.jobs\n");
    assertThat(Installed.rows(main, COUNTS)).isEqualTo("1|1|0|1");
  }

  @Test
  void asksAPerson() {
    Result result = cli.onATerminal().typing("y").run(COMMAND);

    assertThat(result.out())
        .startsWith("Truncate 3 tables (24 kB) of gitlab_ci in main? [y/N] truncated ");
    assertThat(result.exitCode()).isZero();
  }

  @Test
  void changesNothingUnlessItIsConfirmed() {
    assertThat(cli.run(COMMAND))
        .isEqualTo(
            new Result(
                3,
                "Truncate 3 tables (24 kB) of gitlab_ci in main? [y/N] \n",
                "error: not confirmed; no database was changed\nhint: answer y, or ./bbm db truncate-legacy-tables --database main --yes\n"));
    assertThat(Installed.rows(main, COUNTS)).isEqualTo("1|1|1|1");
  }

  @Test
  void refusesTablesThatAreNotLocked() {
    cli.run("db unlock-writes --database main");

    assertRefused(
        COMMAND + " --dry-run",
        3,
        "table \"builds\" and 3 more are not locked for writes",
        "./bbm db lock-writes");
  }

  @Test
  void refusesASinglePlace(@TempDir Path empty) {
    Result result = new Cli(empty).with("BBM_MAIN_URL", main.url()).run(COMMAND + " --yes");

    assertThat(result)
        .isEqualTo(
            new Result(
                3,
                "",
                """
                error: all configured databases are one place, so no table of "main" lives elsewhere
                hint: ./bbm db validate-config
                """));
    assertThat(Installed.rows(main, COUNTS)).isEqualTo("1|1|1|1");
  }

  @Test
  void refusesWhenNobodyElseOwnsThem() {
    ci.execute(
        "UPDATE bbm.schema_ownership SET state = 'FENCED' WHERE gitlab_schema = 'gitlab_ci'");

    assertRefused(
        COMMAND + " --yes",
        3,
        "no other database owns gitlab_schema \"gitlab_ci\", so the tables of \"main\" may be the only ones",
        "./bbm db ownership");
  }

  @Test
  void refusesWhenATableThatStaysReferencesOne() {
    main.execute(
        "ALTER TABLE users ADD CONSTRAINT users_build_fkey FOREIGN KEY (id) REFERENCES builds");

    assertRefused(
        COMMAND + " --yes",
        3,
        "table \"users\", which is no legacy table, references \"builds\"",
        "drop its foreign key \"users_build_fkey\" first");
  }

  @Test
  void wantsADatabase() {
    Result result = cli.run("db truncate-legacy-tables --yes");

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).startsWith("error: missing required option: '--database=NAME'");
  }

  private void assertRefused(String line, int exitCode, String message, String hint) {
    assertThat(cli.run(line))
        .isEqualTo(new Result(exitCode, "", "error: %s\nhint: %s\n".formatted(message, hint)));
    assertThat(Installed.rows(main, COUNTS)).isEqualTo("1|1|1|1");
  }
}
