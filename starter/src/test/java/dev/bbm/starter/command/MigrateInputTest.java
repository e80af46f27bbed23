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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          restrict_gitlab_migraton: gitlab_ci | CREATE TABLE a () | the header "restrict_gitlab_migraton" is unknown; known are restrict_gitlab_migration, disable_ddl_transaction, ensure_finished, superseded_by
          restrict_gitlab_migration: gitlab_cii | UPDATE ci_builds SET n = 1 | the gitlab_schema "gitlab_cii" of the header "restrict_gitlab_migration" is unknown; known are gitlab_ci, gitlab_internal, gitlab_main, gitlab_shared
          restrict_gitlab_migration: | UPDATE ci_builds SET n = 1 | the header "restrict_gitlab_migration" has no value; give it one or leave the line out
          disable_ddl_transaction: yes | CREATE TABLE a () | the header "disable_ddl_transaction" must be true or false, not "yes"
          superseded_by: 77 | CREATE TABLE a () | the header "superseded_by" names version "77", of which there is no other file
          superseded_by: 2 | CREATE TABLE a () | the header "superseded_by" names version "2", of which there is no other file
          ensure_finished: {job_class: X, table: ci_builds} | CREATE TABLE a () | the header "ensure_finished" needs the header "restrict_gitlab_migration", which says where the batched migration runs
          ensure_finished: X | CREATE TABLE a () | the header "ensure_finished" must be written as {job_class: BackfillOrdersCurrency, table: orders, column: id, arguments: [], finalize: true}, not "X"
          ensure_finished: {job_class: X | CREATE TABLE a () | the header "ensure_finished" must be written as {job_class: BackfillOrdersCurrency, table: orders, column: id, arguments: [], finalize: true}, not "{job_class: X"
          ensure_finished: {table: t} | CREATE TABLE a () | the header "ensure_finished: {table: t}" lacks job_class; write it as {job_class: BackfillOrdersCurrency, table: orders, column: id, arguments: [], finalize: true}
          ensure_finished: {job_class: X, table: t, tabel: u} | CREATE TABLE a () | the header "ensure_finished: {job_class: X, table: t, tabel: u}" has the unknown key "tabel"; known are job_class, table, column, arguments, finalize
          ensure_finished: {job_class: X, table: t, arguments: id} | CREATE TABLE a () | the header "ensure_finished: {job_class: X, table: t, arguments: id}" needs arguments as a list, like [id, new_id]
          ensure_finished: {job_class: X, table: t, finalize: soon} | CREATE TABLE a () | the header "ensure_finished: {job_class: X, table: t, finalize: soon}" needs finalize: true or finalize: false
          a remark | | there is no statement; write one, or delete the file
          a remark | CREATE INDEX CONCURRENTLY i ON routes (n) | statement 1 (line 2: CREATE INDEX CONCURRENTLY i ON routes (n)) cannot run in a transaction; write "-- disable_ddl_transaction: true" at the top, and keep the file to what needs it
          a remark | BEGIN; CREATE TABLE a (); COMMIT | statement 1 (line 2: BEGIN) begins or ends a transaction, which bbm does itself; leave it out, the file is one transaction
          a remark | COPY routes FROM STDIN | statement 1 (line 2: COPY routes FROM STDIN) is for psql; write it in SQL alone
          a remark | \\i other.sql | statement 1 (line 2: \\i other.sql) is for psql; write it in SQL alone
          a remark | CREATE TABLE a (); SELECT 'open | the string that begins with 'open has no end
          a remark | CREATE TABLE a (); -- restrict_gitlab_migration: gitlab_ci | the header "restrict_gitlab_migration" stands below a statement; move it to the top of the file
          """)
  void refusesTheFile(String header, String sql, String sentence) throws IOException {
    deploying.file(
        "2_wrong.sql",
        "-- %s\n%s\n".formatted(header, sql == null ? "" : sql.replace("; --", ";\n--")));

    Result result = deploying.migrate();

    assertThat(result.err()).startsWith("error: migrate/2_wrong.sql: " + sentence + "\n");
    assertNothingRan(result, 2);
  }

  @Test
  void refusesAHeaderGivenTwice() throws IOException {
    deploying.file(
        "2_wrong.sql",
        "-- restrict_gitlab_migration: gitlab_ci\n-- restrict_gitlab_migration: gitlab_main\nSELECT 1");

    Result result = deploying.migrate();

    assertThat(result.err())
        .isEqualTo(
            "error: migrate/2_wrong.sql: the header \"restrict_gitlab_migration\" is given twice; keep one\n");
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
    main.execute("DELETE FROM bbm.schema_history WHERE script LIKE 'V011%'");

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
