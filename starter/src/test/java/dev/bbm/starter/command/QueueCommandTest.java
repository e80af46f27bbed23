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

final class QueueCommandTest {

  private static final String HOSTILE = "or\"ders; DROP";

  @RegisterExtension static final PostgresExtension postgres = new PostgresExtension();

  @TempDir static Path folder;

  private static Cli cli;

  @BeforeAll
  static void install() throws IOException {
    postgres.execute(
        "CREATE TABLE orders (id bigint PRIMARY KEY, n integer NOT NULL DEFAULT 0, remark text)",
        "INSERT INTO orders SELECT i FROM generate_series(1, 1000) AS i",
        "CREATE TABLE empty_orders (id bigint PRIMARY KEY, n integer)",
        "CREATE TABLE keyless (id bigint, n integer)",
        "CREATE TABLE \"or\"\"ders; DROP\" (\"i\"\"d; --\" bigint PRIMARY KEY, n integer)",
        "INSERT INTO \"or\"\"ders; DROP\" SELECT i, 0 FROM generate_series(1, 10) AS i",
        "CREATE TABLE newcomers (id bigint PRIMARY KEY)");
    Installed.jobClass(folder, "AddOne", "orders");
    Installed.jobClass(
        folder, "AddMany", "orders", "arguments: times integer, column_name identifier");
    cli = new Cli(folder).with("BBM_MAIN_URL", postgres.url());
    Installed.init(cli);
    postgres.execute("DELETE FROM bbm.table_schemas WHERE table_name = 'newcomers'");
  }

  @BeforeEach
  void forget() {
    postgres.execute("TRUNCATE bbm.batched_background_migrations RESTART IDENTITY CASCADE");
  }

  @Test
  void queuesWithTheDefaultsOfTheSqlFunction() {
    assertThat(cli.run("queue AddOne orders"))
        .isEqualTo(new Result(0, "queued main_1 (active)\n", ""));
    assertThat(
            rows(
                """
                SELECT column_name, batch_size, sub_batch_size, pause_ms, lanes, pacing, gitlab_schema, job_arguments,
                       min_cursor, max_cursor, requested_by
                  FROM bbm.batched_background_migrations
                """))
        .isEqualTo("id|1000|100|100|1|adaptive|gitlab_main|[]|[\"0\"]|[\"1000\"]|ann");
  }

  @Test
  void queuesWithEveryOption() {
    assertThat(
            cli.run(
                "queue AddMany orders id --argument 3 --argument n --job-interval 2m --batch-size 500 --sub-batch-size 50"
                    + " --max-batch-size 900 --pause-ms 5 --batch-min-value 11 --batch-max-value 20 --gitlab-schema gitlab_main"
                    + " --lanes 3 --database main --output json"))
        .isEqualTo(
            new Result(
                0,
                """
                {
                  "migrations" : [ {
                    "id" : "main_1",
                    "status" : "active",
                    "changed" : true
                  } ]
                }
                """,
                ""));
    assertThat(
            rows(
                """
                SELECT batch_size, sub_batch_size, max_batch_size, pause_ms, lanes, pacing, "interval", job_arguments, min_cursor, max_cursor
                  FROM bbm.batched_background_migrations
                """))
        .isEqualTo("500|50|900|5|3|interval|120|[3, \"n\"]|[\"10\"]|[\"20\"]");
  }

  @Test
  void takesTheArgumentsAsJson() {
    assertThat(cli.runWords("queue", "AddMany", "orders", "--arguments", "[3, \"n\"]").exitCode())
        .isZero();
    assertThat(rows("SELECT job_arguments FROM bbm.batched_background_migrations"))
        .isEqualTo("[3, \"n\"]");
  }

  @Test
  void saysThatTheSameMigrationIsQueuedAlreadyAndCreatesNothing() {
    cli.run("queue AddOne orders");

    assertThat(cli.run("queue AddOne orders id --batch-size 5000"))
        .isEqualTo(new Result(0, "main_1 is queued already (active)\n", ""));
    assertThat(migrations()).isEqualTo("1");
  }

  @Test
  void finishesAnEmptyTableAtOnce() {
    assertThat(cli.run("queue AddOne empty_orders"))
        .isEqualTo(new Result(0, "main_1 (finished: the table is empty)\n", ""));
  }

  @Test
  void queuesATableWithAHostileName() {
    assertThat(cli.runWords("queue", "AddOne", HOSTILE, "i\"d; --"))
        .isEqualTo(new Result(0, "queued main_1 (active)\n", ""));
    assertThat(rows("SELECT table_name, column_name FROM bbm.batched_background_migrations"))
        .isEqualTo(HOSTILE + "|i\"d; --");
  }

  @Test
  void refusesAHostileNameThatIsNoTable() {
    assertRefused(
        cli.runWords("queue", "AddOne", "orders\"; DROP TABLE orders; --"),
        2,
        "unknown table \"orders\"; DROP TABLE orders; --\"",
        "tables of database");
    assertThat(rows("SELECT count(*) FROM orders")).isEqualTo("1000");
  }

  @Test
  void refusesAnUnknownTable() {
    assertRefused(
        cli.run("queue AddOne odrers"), 2, "unknown table \"odrers\"", "tables of database");
  }

  @Test
  void refusesAnUnknownColumn() {
    assertRefused(
        cli.run("queue AddOne orders idd"),
        2,
        "table \"orders\" has no column \"idd\"",
        "its columns: id, n, remark");
  }

  @Test
  void refusesAnUnknownJobClass() {
    assertRefused(
        cli.run("queue AddTwo orders"),
        2,
        "unknown job class \"AddTwo\"",
        "known here: AddMany, AddOne");
  }

  @Test
  void refusesAnUnknownGitlabSchema() {
    assertRefused(
        cli.run("queue AddOne orders --gitlab-schema gitlab_mian"),
        2,
        "unknown gitlab_schema \"gitlab_mian\"",
        "known here: gitlab_main, gitlab_shared");
  }

  @Test
  void refusesATableThatIsInNoGitlabSchema() {
    assertRefused(
        cli.run("queue AddOne newcomers"),
        3,
        "table \"newcomers\" is in no gitlab_schema",
        "add \"newcomers: gitlab_main\" (or another) to db/gitlab_schemas.yml, then ./bbm init");
  }

  @Test
  void refusesAWrongNumberOfArguments() {
    assertRefused(
        cli.run("queue AddMany orders --argument 3"),
        2,
        "Wrong number of job arguments for AddMany (given 1, expected 2)",
        "its arguments: times integer, column_name identifier");
  }

  @Test
  void refusesAnArgumentOfTheWrongType() {
    assertRefused(
        cli.run("queue AddMany orders --argument three --argument n"),
        2,
        "job argument \"times\" of AddMany must be of type integer, not \"three\"",
        "give the arguments in the order of the job class's header");
  }

  @Test
  void refusesArgumentsThatAreNoJsonArray() {
    assertRefused(
        cli.runWords("queue", "AddMany", "orders", "--arguments", "[3, n"),
        2,
        "--arguments must be a JSON array, not [3, n",
        "write it as '[\"first\", 2]'");
  }

  @Test
  void refusesASubBatchLargerThanTheBatch() {
    assertRefused(
        cli.run("queue AddOne orders --batch-size 100 --sub-batch-size 200"),
        2,
        "sub_batch_size 200 is larger than batch_size 100",
        "batch_size >= sub_batch_size >= 1");
  }

  @Test
  void refusesATableWithoutAUsableKey() {
    assertRefused(
        cli.run("queue AddOne keyless"),
        3,
        "table \"keyless\" has no primary key",
        "name the column of a unique index, or add a primary key");
  }

  @Test
  void refusesAKeyThatIsNotUnique() {
    assertRefused(
        cli.run("queue AddOne orders n"),
        3,
        "table \"orders\" has no unique index that begins with n",
        "name the columns of its primary key, or add a unique index");
  }

  @Test
  void refusesABoundThatIsNoKey() {
    assertRefused(
        cli.run("queue AddOne orders --batch-max-value many"),
        2,
        "the bound \"many\" is no bigint",
        "give a value of column \"id\"");
  }

  @Test
  void refusesAnIntervalThatIsNoDuration() {
    assertRefused(
        cli.run("queue AddOne orders --job-interval soon"),
        2,
        "invalid value for option '--job-interval': \"soon\" is no duration; write 120s, 2m, 1h or 500ms",
        "./bbm queue --help");
  }

  @Test
  void refusesAnUnknownDatabase() {
    assertRefused(
        cli.run("queue AddOne orders --database ci"),
        2,
        "no database \"ci\" is configured",
        "configured: main");
  }

  @Test
  void namesWhatIsMissingOnTheCommandLine() {
    assertRefused(
        cli.run("queue AddOne"), 2, "missing required parameter: 'TABLE'", "./bbm queue --help");
  }

  private static void assertRefused(Result result, int exitCode, String message, String hint) {
    assertThat(result.err()).startsWith("error: " + message + "\nhint: " + hint);
    assertThat(result.err().lines()).hasSize(2);
    assertThat(result.exitCode()).isEqualTo(exitCode);
    assertThat(result.out()).isEmpty();
    assertThat(migrations()).isEqualTo("0");
  }

  private static String migrations() {
    return rows("SELECT count(*) FROM bbm.batched_background_migrations");
  }

  private static String rows(String sql) {
    return Installed.rows(postgres, sql);
  }
}
