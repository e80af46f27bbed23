package dev.bbm.starter.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bbm.activities.database.PostgresExtension;
import dev.bbm.starter.command.Cli.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Which file runs, is skipped and is recorded where: seeds 002 and 004, on real databases. */
final class MigrateCommandTest {

  @RegisterExtension static final PostgresExtension main = new PostgresExtension();
  @RegisterExtension static final PostgresExtension ci = new PostgresExtension();

  @TempDir Path folder;

  @Test
  void runsEverythingOnASingleDatabase() throws IOException {
    Result result = Deploying.single(folder, main).seed004().migrate();

    assertThat(Deploying.withoutTimes(result.out()))
        .isEqualTo("main: ran 1_ddl.sql\nmain: ran 2_gitlab_main.sql\nmain: ran 3_gitlab_ci.sql\n");
    assertThat(result.exitCode()).isZero();
    assertThat(Deploying.history(main)).isEqualTo("1 run, 2 run, 3 run");
    assertThat(sums(main)).isEqualTo("100|100");
  }

  @Test
  void runsOnTwoDatabasesWhereTheSchemaLivesAndMarksTheOthersAsRun() throws IOException {
    Result result = Deploying.two(folder, main, ci).seed004().migrate();

    assertThat(Deploying.withoutTimes(result.out()))
        .isEqualTo(
            """
            main: ran 1_ddl.sql
            main: ran 2_gitlab_main.sql
            main: skipped 3_gitlab_ci.sql, marked as run: gitlab_ci does not live there (./bbm migrate --run-skipped 3 once it does)
            ci: ran 1_ddl.sql
            ci: skipped 2_gitlab_main.sql, marked as run: gitlab_main does not live there (./bbm migrate --run-skipped 2 once it does)
            ci: ran 3_gitlab_ci.sql
            """);
    assertThat(Deploying.history(main)).isEqualTo("1 run, 2 run, 3 skipped");
    assertThat(Deploying.history(ci)).isEqualTo("1 run, 2 skipped, 3 run");
    assertThat(sums(main)).isEqualTo("100|0");
    assertThat(sums(ci)).isEqualTo("0|100");
  }

  @Test
  void runsEachFileOnceThroughTwoConnectionsToOneDatabase() throws IOException {
    var deploying = Deploying.twoConnections(folder, main).seed004();

    Result result = deploying.migrate();

    assertThat(Deploying.withoutTimes(result.out()))
        .isEqualTo("main: ran 1_ddl.sql\nmain: ran 2_gitlab_main.sql\nmain: ran 3_gitlab_ci.sql\n");
    assertThat(Deploying.history(main)).isEqualTo("1 run, 2 run, 3 run");
    assertThat(sums(main)).isEqualTo("100|100");
  }

  @Test
  void runsFilesOfGitlabSharedEverywhere() throws IOException {
    var deploying =
        Deploying.two(folder, main, ci)
            .file(
                "1_shared.sql",
                "-- restrict_gitlab_migration: gitlab_shared\nUPDATE settings SET n = 7;")
            .file("2_undeclared.sql", "UPDATE settings SET n = n + 1;");

    assertThat(deploying.migrate().exitCode()).isZero();
    assertThat(Installed.rows(main, "SELECT n FROM settings")).isEqualTo("8");
    assertThat(Installed.rows(ci, "SELECT n FROM settings")).isEqualTo("8");
  }

  @Test
  void doesNothingTheSecondTime() throws IOException {
    var deploying = Deploying.two(folder, main, ci).seed004();
    deploying.migrate();

    assertThat(deploying.migrate())
        .isEqualTo(new Result(0, "main: up to date\nci: up to date\n", ""));
    assertThat(sums(main)).isEqualTo("100|0");
  }

  @Test
  void leavesPostDeployFilesUntilTheyAreAskedFor() throws IOException {
    var deploying =
        Deploying.single(folder, main)
            .postFile(
                "5_later.sql",
                "-- restrict_gitlab_migration: gitlab_main\nUPDATE routes SET n = 5;");

    assertThat(deploying.migrate().out())
        .isEqualTo("main: up to date\nmain: 1 file waits for ./bbm migrate --post-deploy\n");
    assertThat(Deploying.withoutTimes(deploying.migrate("--post-deploy").out()))
        .isEqualTo("main: ran 5_later.sql\n");
    assertThat(deploying.migrate().out()).isEqualTo("main: up to date\n");
  }

  @Test
  void runsOlderVersionsThatComeLater() throws IOException {
    var deploying = Deploying.single(folder, main).file("20_b.sql", "CREATE TABLE b ();");
    deploying.migrate();

    deploying.file("10_a.sql", "CREATE TABLE a ();");

    assertThat(Deploying.withoutTimes(deploying.migrate().out())).isEqualTo("main: ran 10_a.sql\n");
  }

  @Test
  void showsWhereEachFileStands() throws IOException {
    var deploying =
        Deploying.two(folder, main, ci).seed004().file("4_gone.sql", "CREATE TABLE gone ();");
    deploying.migrate();
    Files.delete(folder.resolve("db/migrate/4_gone.sql"));
    deploying
        .file("5_next.sql", "CREATE TABLE next ();")
        .postFile("6_later.sql", "CREATE TABLE later ();");

    Result result = deploying.migrate("--status");

    assertThat(result.out().replaceAll("\\d{4}-\\S+Z", "AT").replaceAll(" +", " "))
        .isEqualTo(
            """
            DATABASE STATE AT FILE
            main run AT 1_ddl.sql
            main run AT 2_gitlab_main.sql
            main skipped (gitlab_ci) AT 3_gitlab_ci.sql
            main no file AT 4_gone.sql
            main pending 5_next.sql
            main pending (post-deploy) 6_later.sql
            ci run AT 1_ddl.sql
            ci skipped (gitlab_main) AT 2_gitlab_main.sql
            ci run AT 3_gitlab_ci.sql
            ci no file AT 4_gone.sql
            ci pending 5_next.sql
            ci pending (post-deploy) 6_later.sql
            """);
    assertThat(deploying.migrate("--status --output json").out())
        .contains("\"state\" : \"pending_post_deploy\"", "\"gitlab_schema\" : \"gitlab_ci\"");
  }

  @Test
  void runsASkippedFileWhereItsSchemaLivesNow() throws IOException {
    var deploying = Deploying.two(folder, main, ci).seed004();
    deploying.migrate();
    assertThat(deploying.migrate("--run-skipped 3").err())
        .isEqualTo(
            """
            error: version 3 was skipped, and its gitlab_schema still does not live there
            hint: ./bbm db ownership
            """);
    ci.execute(
        "UPDATE bbm.schema_ownership SET state = 'RETIRED' WHERE gitlab_schema = 'gitlab_ci'");
    main.execute("SELECT bbm.install_ownership('main', true, '{gitlab_ci}')");

    Result result = deploying.migrate("--run-skipped 3");

    assertThat(Deploying.withoutTimes(result.out())).isEqualTo("main: ran 3_gitlab_ci.sql\n");
    assertThat(Deploying.history(main)).isEqualTo("1 run, 2 run, 3 run");
    assertThat(sums(main)).isEqualTo("100|100");
    assertThat(deploying.migrate("--run-skipped 3"))
        .isEqualTo(
            new Result(
                2,
                "",
                "error: no database has skipped version \"3\"\nhint: ./bbm migrate --status\n"));
  }

  @Test
  void recordsASupersededFileAndDoesNotRunIt() throws IOException {
    var deploying =
        Deploying.single(folder, main)
            .file(
                "1_old.sql",
                "-- superseded_by: 2\n-- restrict_gitlab_migration: gitlab_main\nUPDATE routes SET n = 1;")
            .file(
                "2_new.sql", "-- restrict_gitlab_migration: gitlab_main\nUPDATE routes SET n = 2;");

    assertThat(Deploying.withoutTimes(deploying.migrate().out()))
        .isEqualTo(
            "main: left out 1_old.sql, marked as run: 2 does its work\nmain: ran 2_new.sql\n");
    assertThat(deploying.migrate("--status").out()).contains("superseded by 2");
    assertThat(deploying.migrate("--run-skipped 1").exitCode()).isEqualTo(2);
  }

  @Test
  void letsAFileThatRanBeSuperseded() throws IOException {
    var deploying = Deploying.single(folder, main).seed004();
    deploying.migrate();

    deploying
        .file("2_gitlab_main.sql", "-- superseded_by: 4\n")
        .file("4_again.sql", "-- restrict_gitlab_migration: gitlab_main\nUPDATE routes SET n = 4;");

    assertThat(Deploying.withoutTimes(deploying.migrate().out()))
        .isEqualTo("main: ran 4_again.sql\n");
  }

  @Test
  void queuesAndSaysSo() throws IOException {
    var deploying =
        Deploying.two(folder, main, ci)
            .postFile(
                "20261121101500_queue_touch.sql",
                "-- restrict_gitlab_migration: gitlab_ci\nSELECT bbm.queue_batched_background_migration('Touch_ci_builds', 'ci_builds', 'id');");

    assertThat(Deploying.withoutTimes(deploying.migrate("--post-deploy").out()))
        .isEqualTo(
            """
            main: skipped 20261121101500_queue_touch.sql, marked as run: gitlab_ci does not live there (./bbm migrate --run-skipped 20261121101500 once it does)
            ci: ran 20261121101500_queue_touch.sql
            ci: queued ci_1 (active)
            """);
  }

  @Test
  void commitsAFileAndItsRecordInOneTransaction() throws IOException {
    Deploying.single(folder, main)
        .file("1_mark.sql", "-- restrict_gitlab_migration: gitlab_main\nUPDATE routes SET n = 1;")
        .migrate();

    assertThat(
            Installed.rows(
                main,
                "SELECT count(DISTINCT xmin::text) FROM (SELECT xmin FROM routes UNION ALL SELECT xmin FROM bbm.migration_history) AS t"))
        .isEqualTo("1");
  }

  @Test
  void keepsWhatWasDoneBeforeAFailureAndGoesOnThere() throws IOException {
    var deploying =
        Deploying.single(folder, main)
            .file("1_a.sql", "CREATE TABLE a ();")
            .file("2_b.sql", "CREATE TABLE b ();\nCREATE TABLE nothing (id no_such_type);")
            .file("3_c.sql", "CREATE TABLE c ();");

    Result failed = deploying.migrate();

    assertThat(failed.exitCode()).isEqualTo(1);
    assertThat(Deploying.withoutTimes(failed.out()))
        .isEqualTo(
            """
            main: ran 1_a.sql
            main: 2_b.sql is rolled back and not recorded
            1 file of this run stays done: 1_a.sql (main)
            """);
    assertThat(failed.err())
        .isEqualTo(
            "error: migrate/2_b.sql, statement 2 (line 2: CREATE TABLE nothing (id no_such_type)) in database \"main\": type \"no_such_type\" does not exist\n");
    assertThat(Deploying.history(main)).isEqualTo("1 run");
    assertThat(Installed.rows(main, "SELECT to_regclass('b') IS NULL")).isEqualTo("t");
    deploying.file("2_b.sql", "CREATE TABLE b ();");
    assertThat(Deploying.withoutTimes(deploying.migrate().out()))
        .isEqualTo("main: ran 2_b.sql\nmain: ran 3_c.sql\n");
  }

  @Test
  void runsAFailedFileWithoutTransactionAgain() throws IOException {
    var deploying =
        Deploying.single(folder, main)
            .file(
                "1_index.sql",
                "-- disable_ddl_transaction: true\nCREATE UNIQUE INDEX CONCURRENTLY routes_n ON routes (n);");

    Result failed = deploying.migrate();

    assertThat(failed.exitCode()).isEqualTo(1);
    assertThat(failed.err())
        .contains("could not create unique index")
        .contains(
            "hint: DROP INDEX CONCURRENTLY routes_n, which is invalid; ./bbm migrate runs the whole file again");
    assertThat(Deploying.history(main)).isEmpty();
    main.execute("DROP INDEX routes_n", "UPDATE routes SET n = id");
    assertThat(Deploying.withoutTimes(deploying.migrate().out()))
        .isEqualTo("main: ran 1_index.sql\n");
  }

  @Test
  void putsUnqualifiedTablesWherePsqlWould() throws IOException {
    Deploying.single(folder, main)
        .file("1_a.sql", "CREATE TABLE a ();")
        .file("2_b.sql", "-- disable_ddl_transaction: true\nCREATE TABLE b ();")
        .migrate();

    assertThat(
            Installed.rows(
                main,
                "SELECT relnamespace::regnamespace FROM pg_class WHERE relname IN ('a', 'b')"))
        .isEqualTo("public\npublic");
  }

  @Test
  void printsEventsAsJson() throws IOException {
    var deploying = Deploying.two(folder, main, ci).seed004();

    Result result = deploying.migrate("--output json");

    assertThat(Json.read(result.out()).orElseThrow().at("/events/2/event").asText())
        .isEqualTo("skipped");
    assertThat(Json.read(result.out()).orElseThrow().at("/events/2/gitlab_schema").asText())
        .isEqualTo("gitlab_ci");
  }

  private static String sums(PostgresExtension database) {
    return Installed.rows(
        database, "SELECT (SELECT sum(n) FROM routes), (SELECT sum(n) FROM ci_builds)");
  }
}
