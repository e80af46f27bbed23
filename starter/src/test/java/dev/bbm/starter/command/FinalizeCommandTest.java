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

/** finalize and ensure-finished, without any worker. */
final class FinalizeCommandTest {

  @RegisterExtension static final PostgresExtension postgres = new PostgresExtension();

  @TempDir static Path folder;

  private static Cli cli;

  @BeforeAll
  static void install() throws IOException {
    cli = TrackedMigration.installed(postgres, folder);
  }

  @BeforeEach
  void queue() {
    postgres.execute("UPDATE orders SET n = 0");
    TrackedMigration.queued(postgres);
  }

  @Test
  void runsWhatIsLeftAndMarksIt() {
    cli.run("pause main_1");

    Result result = cli.run("finalize main_1");

    assertThat(result.exitCode()).isZero();
    assertThat(result.out()).startsWith("main_1: finalizing, ").endsWith("main_1 finalized\n");
    assertThat(orders()).isEqualTo("1|1");
    assertThat(events()).startsWith("finalized|ann");
    assertThat(cli.run("finalize main_1"))
        .isEqualTo(new Result(0, "main_1 was finalized already\n", ""));
    assertThat(orders()).isEqualTo("1|1");
  }

  @Test
  void answersMachinesInJson() {
    assertThat(cli.run("finalize main_1 --output json").out())
        .isEqualTo(
            """
            {
              "id" : "main_1",
              "status" : "finalized",
              "changed" : true
            }
            """);
  }

  @Test
  void failsWithTheMigration() {
    postgres.execute("ALTER TABLE orders ADD CONSTRAINT never CHECK (id <> 33 OR n = 0)");

    Result result = cli.run("finalize main_1");

    postgres.execute("ALTER TABLE orders DROP CONSTRAINT never");
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err())
        .startsWith("error: main_1 AddOne on table \"orders\" is failed: ")
        .endsWith("hint: ./bbm events main_1\n");
    assertThat(cli.run("finalize main_1").exitCode()).isZero();
    assertThat(orders()).isEqualTo("1|1");
  }

  @Test
  void refusesToGoOnUnlessItIsFinished() {
    assertThat(cli.run("ensure-finished AddOne orders id"))
        .isEqualTo(
            new Result(
                1,
                "",
                """
                error: Expected batched background migration for the given configuration to be marked as 'finished', but it is 'active': main_1 AddOne on table "orders"
                hint: ./bbm wait main_1
                """));
    assertThat(orders()).isEqualTo("0|0");
  }

  @Test
  void ensuresItByRunningIt() {
    Result result = cli.run("ensure-finished AddOne orders --finalize");

    assertThat(result.exitCode()).isZero();
    assertThat(result.out()).endsWith("main_1 finalized\n");
    assertThat(orders()).isEqualTo("1|1");
    assertThat(cli.run("ensure-finished AddOne orders"))
        .isEqualTo(new Result(0, "main_1 was finalized already\n", ""));
  }

  @Test
  void marksAFinishedOne() {
    TrackedMigration.finished(postgres);

    assertThat(cli.run("ensure-finished AddOne orders --output json").out())
        .contains("\"id\" : \"main_1\"", "\"changed\" : true");
    assertThat(cli.run("status main_1").out()).contains("finalized");
  }

  @Test
  void tellsWhatWasNeverQueued() {
    assertThat(cli.run("ensure-finished Other orders"))
        .isEqualTo(
            new Result(
                0, "main: no migration Other on table \"orders\": nothing to wait for\n", ""));
    assertThat(cli.run("ensure-finished AddOne orders --arguments {").exitCode()).isEqualTo(2);
  }

  private static String orders() {
    return Installed.rows(postgres, "SELECT min(n), max(n) FROM orders");
  }

  private static String events() {
    return Installed.rows(
        postgres, "SELECT kind, by FROM bbm.migration_events ORDER BY id DESC LIMIT 1");
  }
}
