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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a file may do by its header; a violation is rolled back and not recorded. */
final class MigrateRulesTest {

  @RegisterExtension static final PostgresExtension main = new PostgresExtension();

  @TempDir Path folder;

  private Deploying deploying;

  @BeforeEach
  void install() throws IOException {
    deploying = Deploying.single(folder, main);
  }

  @Test
  void saysWhatToWriteInstead() throws IOException {
    deploying.file(
        "1_mixed.sql", "CREATE TABLE a ();\n\n-- now the rows\nUPDATE ci_builds SET n = 9;");

    assertThat(deploying.migrate())
        .isEqualTo(
            new Result(
                3,
                "main: 1_mixed.sql is rolled back and not recorded\n",
                """
                error: migrate/1_mixed.sql, statement 2 (line 4: UPDATE ci_builds SET n = 9) changes table "ci_builds" (gitlab_ci), but a file without restrict_gitlab_migration is for the structure
                hint: write "-- restrict_gitlab_migration: gitlab_ci" at the top of a file with this statement alone
                """));
    assertThat(Installed.rows(main, "SELECT to_regclass('a') IS NULL, sum(n) FROM ci_builds"))
        .isEqualTo("t|0");
  }

  @Test
  void saysWhatStaysDone() throws IOException {
    deploying
        .file("1_ddl.sql", "CREATE TABLE a ();")
        .file("2_data.sql", "-- restrict_gitlab_migration: gitlab_ci\nUPDATE ci_builds SET n = 1;")
        .file("3_mixed.sql", "CREATE TABLE b ();\nUPDATE ci_builds SET n = 9;")
        .file("4_later.sql", "CREATE TABLE c ();");

    Result result = deploying.migrate();

    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(Deploying.withoutTimes(result.out()))
        .isEqualTo(
            """
            main: ran 1_ddl.sql
            main: ran 2_data.sql
            main: 3_mixed.sql is rolled back and not recorded
            2 files of this run stay done: 1_ddl.sql (main), 2_data.sql (main)
            """);
    assertThat(Deploying.history(main)).isEqualTo("1 run, 2 run");
    assertThat(
            Installed.rows(
                main,
                "SELECT to_regclass('a'), to_regclass('b'), to_regclass('c'), max(n) FROM ci_builds"))
        .isEqualTo("a|null|null|1");
  }

  @Test
  void tellsMachinesWhatFailed() throws IOException {
    deploying.file("1_mixed.sql", "CREATE TABLE b ();\nUPDATE ci_builds SET n = 9;");

    assertThat(deploying.migrate("--output json").out())
        .contains("\"event\" : \"failed\"", "\"rolled_back\" : true");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE ci_builds SET n = by_function()",
        "UPDATE ci_builds SET n = 9 WHERE id = 1; UPDATE by_view SET n = 9",
        "UPDATE ci_pipelines SET n = 9",
        "DELETE FROM ci_builds",
      })
  void rollsBackWhatReachesAnotherSchema(String sql) throws IOException {
    main.execute(
        "CREATE FUNCTION by_function() RETURNS integer LANGUAGE sql VOLATILE AS 'UPDATE routes SET n = 9 RETURNING 9'",
        "CREATE VIEW by_view AS SELECT * FROM routes",
        "CREATE FUNCTION write_route() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN UPDATE routes SET n = 9; RETURN NULL; END'",
        "CREATE TRIGGER by_trigger AFTER UPDATE ON ci_pipelines FOR EACH STATEMENT EXECUTE FUNCTION write_route()",
        "CREATE CONSTRAINT TRIGGER by_deferred AFTER DELETE ON ci_builds DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION write_route()");
    deploying.file("1_foreign.sql", "-- restrict_gitlab_migration: gitlab_ci\n" + sql);

    assertRefused(
        "table \"routes\" (gitlab_main), but restrict_gitlab_migration: gitlab_ci allows gitlab_ci, gitlab_shared only");
    assertThat(Installed.rows(main, "SELECT sum(n), (SELECT sum(n) FROM ci_builds) FROM routes"))
        .isEqualTo("0|0");
  }

  @Test
  void refusesATableThatNobodyClassified() throws IOException {
    deploying.file(
        "1_a.sql", "-- restrict_gitlab_migration: gitlab_ci\nUPDATE unclassified SET n = 9");

    assertThat(deploying.migrate().err())
        .isEqualTo(
            """
            error: migrate/1_a.sql, statement 1 (line 2: UPDATE unclassified SET n = 9) changes table "unclassified", which is in no gitlab_schema
            hint: add "unclassified: gitlab_ci" to the dictionary
            """);
    assertThat(Installed.rows(main, "SELECT n FROM unclassified")).isEqualTo("0");
  }

  @Test
  void guardsEachStatementOfAFileWithoutTransaction() throws IOException {
    deploying.file(
        "1_data.sql",
        """
        -- disable_ddl_transaction: true
        -- restrict_gitlab_migration: gitlab_ci
        UPDATE ci_builds SET n = 9;
        UPDATE routes SET n = 9;
        """);

    Result result = deploying.migrate();

    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.out())
        .isEqualTo(
            "main: 1_data.sql is not recorded; its statements before the failed one stay done\n");
    assertThat(result.err())
        .contains("statement 2 (line 4: UPDATE routes SET n = 9) changes table \"routes\"");
    assertThat(Installed.rows(main, "SELECT sum(n), (SELECT min(n) FROM ci_builds) FROM routes"))
        .isEqualTo("0|9");
    assertThat(Deploying.history(main)).isEmpty();
  }

  @Test
  void refusesDataOfASchemaThatIsFenced() throws IOException {
    main.execute(
        "UPDATE bbm.schema_ownership SET state = 'FENCED' WHERE gitlab_schema = 'gitlab_ci'");
    deploying.file(
        "1_data.sql", "-- restrict_gitlab_migration: gitlab_ci\nUPDATE ci_builds SET n = 9");

    Result result = deploying.migrate();

    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.err()).contains("FENCED", "hint: ./bbm failover resume");
    assertThat(Deploying.history(main)).isEmpty();
  }

  @Test
  void waitsForNoFailover() throws IOException {
    main.execute(
        "INSERT INTO bbm.failovers (id, from_database, to_database) VALUES (gen_random_uuid(), 'main', 'ci')");
    deploying.file("1_a.sql", "CREATE TABLE a ()");

    assertThat(deploying.migrate())
        .isEqualTo(
            new Result(
                3,
                "",
                """
                error: a failover is under way in database "main": no file runs before it is decided
                hint: ./bbm failover resume
                """));
  }

  private void assertRefused(String sentence) {
    Result result = deploying.migrate();
    assertThat(result.err()).contains(sentence).contains("hint: ");
    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.out()).endsWith(".sql is rolled back and not recorded\n");
    assertThat(Deploying.history(main)).isEmpty();
    assertThat(Installed.rows(main, "SELECT count(*), to_regclass('copied') FROM ci_pipelines"))
        .isEqualTo("99|null");
  }
}
