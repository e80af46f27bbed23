package dev.bbm.starter.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bbm.activities.database.PostgresExtension;
import dev.bbm.starter.command.Cli.Result;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code init --stub}: hooks pass in a test database that no worker serves. */
final class StubTest {

  private static final String FUNCTIONS =
      """
      SELECT string_agg(format('%s(%s) %s', p.proname, pg_get_function_arguments(p.oid), pg_get_function_result(p.oid)), E'\\n' ORDER BY p.proname)
        FROM pg_proc AS p
       WHERE p.pronamespace = 'bbm'::regnamespace AND p.proname LIKE '%batched\\_background\\_migration%'
      """;

  @RegisterExtension static final PostgresExtension postgres = new PostgresExtension();

  @TempDir private Path folder;

  private Cli cli;

  @BeforeEach
  void empty() {
    postgres.execute("DROP SCHEMA IF EXISTS bbm CASCADE");
    cli = new Cli(folder).with("BBM_MAIN_URL", postgres.url());
  }

  @Test
  void takesWhatTheRealFunctionsTakeAndDoesNothing() {
    assertThat(cli.run("init --stub"))
        .isEqualTo(new Result(0, "main: stub of schema bbm created\n", ""));

    assertThat(
            Installed.rows(
                postgres,
                """
                SELECT bbm.queue_batched_background_migration('Absent', 'nowhere', 'id', '[1]', job_interval => '2 minutes', batch_size => 7),
                       bbm.delete_batched_background_migration('Absent', 'nowhere'),
                       bbm.ensure_batched_background_migration_is_finished('Absent', 'nowhere', 'id')
                """))
        .isEqualTo("0|f|null");
    assertThat(cli.run("init --stub").out()).isEqualTo("main: the stub is there already\n");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void isReplacedByTheRealSchemaWithTheSameFunctions() {
    cli.run("init --stub");
    String stub = Installed.rows(postgres, FUNCTIONS);

    Installed.init(cli);

    assertThat(Installed.rows(postgres, FUNCTIONS)).isEqualTo(stub).contains("lanes integer");
    assertThat(cli.run("list").exitCode()).isZero();
  }

  @Test
  void refusesToReplaceTheRealSchema() {
    Installed.init(cli);

    assertThat(cli.run("init --stub"))
        .isEqualTo(
            new Result(
                3,
                "",
                """
                error: schema bbm is installed in database "main"; a stub is for test databases
                hint: leave out --stub, or give the url of a test database
                """));
    assertThat(cli.run("list").exitCode()).isZero();
  }

  @Test
  void isPrintedForATestSetUpOfOnesOwn() {
    String sql = cli.run("init --stub --print-sql").out();

    postgres.execute(sql);

    assertThat(cli.run("init --stub").out()).contains("there already");
  }
}
