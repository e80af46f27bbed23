package dev.bbm.starter.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bbm.activities.database.PostgresExtension;
import dev.bbm.starter.command.Cli.Result;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Wrong input ends migrate before anything runs, with one sentence. */
final class MigrateInputTest {

  @RegisterExtension static final PostgresExtension main = new PostgresExtension();

  @TempDir Path folder;

  private Deploying deploying;

  @BeforeEach
  void install() throws IOException {
    deploying = Deploying.single(folder, main).file("1_first.sql", "CREATE TABLE first ();");
  }

  @Test
  void refusesAWrongHeaderBeforeAnythingRuns() throws IOException {
    deploying.file(
        "2_wrong.sql", "-- restrict_gitlab_migration: gitlab_cii\nUPDATE ci_builds SET n = 1");

    Result result = deploying.migrate();

    assertThat(result.err())
        .isEqualTo(
            """
            error: migrate/2_wrong.sql: the gitlab_schema "gitlab_cii" of the header "restrict_gitlab_migration" is unknown; known are gitlab_ci, gitlab_internal, gitlab_main, gitlab_shared
            hint: correct the header, or add a table of that schema to the dictionary
            """);
    assertNothingRan(result, 2);
  }

  @Test
  void refusesAVersionThatTwoFilesHave() throws IOException {
    deploying.postFile("1_second.sql", "CREATE TABLE second ();");

    Result result = deploying.migrate();

    assertThat(result.err())
        .isEqualTo(
            "error: post_migrate/1_second.sql: migrate/1_first.sql has version 1 too; rename the one that has not run yet\n");
    assertNothingRan(result, 2);
  }

  @Test
  void refusesANameWithoutAVersion() throws IOException {
    deploying.file("second.sql", "CREATE TABLE second ();");

    Result result = deploying.migrate();

    assertThat(result.err())
        .isEqualTo(
            "error: migrate/second.sql: the name must be a version and a description, like 20261121101500_queue_backfill_orders.sql\n");
    assertNothingRan(result, 2);
  }

  @Test
  void refusesAFileThatIsNotUtf8() throws IOException {
    Files.write(
        folder.resolve("db/migrate/2_latin.sql"),
        "COMMENT ON TABLE routes IS 'Ä'".getBytes(StandardCharsets.ISO_8859_1));

    Result result = deploying.migrate();

    assertThat(result.err())
        .isEqualTo("error: migrate/2_latin.sql: the file is not UTF-8; save it as UTF-8\n");
    assertNothingRan(result, 2);
  }

  @Test
  void refusesAFolderWithoutFiles() throws IOException {
    Files.delete(folder.resolve("db/migrate/1_first.sql"));
    Files.delete(folder.resolve("db/migrate/.keep"));
    Files.delete(folder.resolve("db/migrate"));

    Result result = deploying.migrate();

    assertThat(result.err())
        .isEqualTo(
            "error: there is neither %1$s/db/migrate nor %1$s/db/post_migrate\nhint: run it in the application's folder, or give --config\n"
                .formatted(folder));
    assertNothingRan(result, 2);
  }

  @Test
  void refusesAnEditedFile() throws IOException {
    deploying.migrate();
    deploying.file("1_first.sql", "CREATE TABLE other ();").file("2_b.sql", "CREATE TABLE b ();");

    Result result = deploying.migrate();

    assertThat(result)
        .isEqualTo(
            new Result(
                3,
                "",
                """
                error: migrate/1_first.sql was changed after it was done in database "main"
                hint: restore the file, and put the change into a new one; to do without it, add "-- superseded_by: <new version>"
                """));
    assertThat(deploying.migrate("--status").out()).contains("changed");
    assertThat(Deploying.history(main)).isEqualTo("1 run");
  }

  @Test
  void acceptsOtherLineEnds() throws IOException {
    deploying.file("1_first.sql", "CREATE TABLE first\n();\n").migrate();

    assertThat(deploying.file("1_first.sql", "CREATE TABLE first\r\n();\r\n").migrate().out())
        .isEqualTo("main: up to date\n");
  }

  @Test
  void refusesARenamedFile() throws IOException {
    deploying.migrate();
    Files.move(
        folder.resolve("db/migrate/1_first.sql"), folder.resolve("db/migrate/1_premiere.sql"));

    Result result = deploying.migrate();

    assertThat(result.err())
        .startsWith("error: migrate/1_premiere.sql ran in database \"main\" as 1_first.sql\n");
    assertThat(result.exitCode()).isEqualTo(3);
  }

  @Test
  void refusesWhereSchemaBbmIsMissing() throws IOException {
    main.execute("DROP SCHEMA bbm CASCADE");

    assertThat(deploying.migrate())
        .isEqualTo(
            new Result(
                3,
                "",
                "error: schema bbm is not installed in database \"main\"\nhint: ./bbm init\n"));
  }

  @Test
  void refusesWhereSchemaBbmIsOlder() throws IOException {
    main.execute(
        "DELETE FROM bbm.schema_history WHERE installed_rank = (SELECT max(installed_rank) FROM bbm.schema_history)");

    Result result = deploying.migrate();

    assertThat(result.err())
        .startsWith("error: schema bbm is of an older bbm in database \"main\"\n");
    assertThat(result.exitCode()).isEqualTo(3);
  }

  @Test
  void refusesAJobClassThatDoesNotLoad() throws IOException {
    Installed.write(folder, "db/background_migrations/wrong.sql", "UPDATE routes SET n = 1");

    Result result = deploying.migrate();

    assertThat(result.err()).contains("wrong.sql: the header \"job_class\" is missing");
    assertNothingRan(result, 2);
  }

  @Test
  void refusesStatusAndRunSkippedTogether() {
    assertThat(deploying.migrate("--status --run-skipped 1").exitCode()).isEqualTo(2);
  }

  @Test
  void refusesAVersionThatIsNone() {
    Result result = deploying.migrate("--run-skipped first");

    assertThat(result.err())
        .isEqualTo(
            "error: no database has skipped version \"first\"\nhint: ./bbm migrate --status\n");
    assertNothingRan(result, 2);
  }

  @Test
  void saysThatTheDatabaseIsDown() throws IOException {
    Installed.write(
        folder,
        "bbm.yml",
        "databases:\n  main:\n    url: postgresql://postgres@127.0.0.1:1/gone\n");

    assertThat(deploying.migrate().exitCode()).isEqualTo(69);
  }

  @Test
  void refusesAPoolerInTransactionModeWithoutAnAddressPastIt() throws IOException {
    String pooled =
        "databases:\n  main:\n    url: %s\n    pooler: transaction\n    gitlab_schemas: [gitlab_main, gitlab_ci, gitlab_shared]\n"
            .formatted(main.url());
    Installed.write(folder, "bbm.yml", pooled);

    Result result = deploying.migrate();

    assertThat(result.err())
        .isEqualTo(
            """
            error: database "main" is reached through a pooler in transaction mode, which migrate cannot use
            hint: set databases.main.migration_url to an address past the pooler
            """);
    assertNothingRan(result, 2);
    Installed.write(folder, "bbm.yml", pooled + "    migration_url: " + main.url() + "\n");
    assertThat(deploying.migrate().exitCode()).isZero();
  }

  @Test
  void refusesAnAddressThatIsNone() throws IOException {
    Installed.write(folder, "bbm.yml", "databases:\n  main:\n    url: postgresql://db:port/shop\n");

    Result result = deploying.migrate();

    assertThat(result.err())
        .isEqualTo(
            """
            error: databases.main.url: "postgresql://db:port/shop" has the port "port", which is none; write postgresql://user@host:5432/database
            hint: docs/configuration.md names every property
            """);
    assertNothingRan(result, 2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          'Touch_nothing', 'routes', 'id' | 2 | Touch_nothing
          'Touch_routes', 'roots', 'id'   | 2 | roots
          'Touch_routes', 'routes', 'uid' | 2 | uid
          'Touch_routes', 'unclassified', 'id' | 3 | unclassified
          'Touch_routes', 'routes', 'id', '["too many"]' | 2 | Wrong number of job arguments for Touch_routes (given 1, expected 0)
          'Touch_routes', 'routes', 'id', batch_size => 1, sub_batch_size => 2 | 2 | sub_batch_size 2 is larger than batch_size 1
          """)
  void refusesToQueueWhatCannotRun(String arguments, int exitCode, String named)
      throws IOException {
    deploying.file(
        "1_first.sql",
        "-- restrict_gitlab_migration: gitlab_main\nUPDATE routes SET n = 9;\nSELECT bbm.queue_batched_background_migration(%s);"
            .formatted(arguments));

    Result result = deploying.migrate();

    assertThat(result.err()).startsWith("error: migrate/1_first.sql, statement 2").contains(named);
    assertThat(result.exitCode()).isEqualTo(exitCode);
    assertThat(result.out()).isEqualTo("main: 1_first.sql is rolled back and not recorded\n");
    assertThat(Deploying.history(main)).isEmpty();
    assertThat(
            Installed.rows(
                main,
                "SELECT sum(n), (SELECT count(*) FROM bbm.batched_background_migrations) FROM routes"))
        .isEqualTo("0|0");
  }

  @Test
  void explainsACommitInABlock() throws IOException {
    deploying.file(
        "2_loop.sql",
        "-- disable_ddl_transaction: true\n-- restrict_gitlab_migration: gitlab_ci\nDO $$ BEGIN UPDATE ci_builds SET n = 1; COMMIT; END $$");

    Result result = deploying.migrate();

    assertThat(result.err())
        .contains("invalid transaction termination")
        .contains("hint: queue a batched migration instead of committing in a loop");
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(Installed.rows(main, "SELECT sum(n) FROM ci_builds")).isEqualTo("0");
  }

  private void assertNothingRan(Result result, int exitCode) {
    assertThat(result.exitCode()).isEqualTo(exitCode);
    assertThat(result.out()).isEmpty();
    assertThat(Deploying.history(main)).isEmpty();
    assertThat(Installed.rows(main, "SELECT to_regclass('first') IS NULL")).isEqualTo("t");
  }
}
