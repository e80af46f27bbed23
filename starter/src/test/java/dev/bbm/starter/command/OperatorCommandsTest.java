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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Retrying, adjusting, deleting and looking at jobs, while Temporal is down. */
final class OperatorCommandsTest {

  @RegisterExtension static final PostgresExtension postgres = new PostgresExtension();

  @TempDir static Path folder;

  private static Cli cli;

  @BeforeAll
  static void install() throws IOException {
    cli = TrackedMigration.installed(postgres, folder);
  }

  @BeforeEach
  void queue() {
    TrackedMigration.queued(postgres);
  }

  @Test
  void retriesAFailedMigration() {
    TrackedMigration.underWay(postgres);
    TrackedMigration.failed(postgres);

    assertThat(cli.runWords("retry", "main_1", "--reason", "the type is wider now"))
        .isEqualTo(new Result(0, "main_1: 1 failed job is tried again\n", ""));
    assertThat(row("status")).isEqualTo("1");
    assertThat(
            Installed.rows(postgres, "SELECT attempts FROM bbm.batched_background_migration_jobs"))
        .isEqualTo("0");
    assertThat(lastEvent()).isEqualTo("retried|ann|the type is wider now");
  }

  @Test
  void retriesTheFailedJobsOfAMigrationThatGoesOn() {
    TrackedMigration.underWay(postgres);
    postgres.execute("UPDATE bbm.batched_background_migration_jobs SET status = 2, attempts = 3");
    cli.run("pause main_1");

    assertThat(cli.run("retry main_1 --output json").out()).contains("\"jobs\" : 1");
    assertThat(row("status, revision")).isEqualTo("0|3");
    assertThat(cli.run("retry main_1"))
        .isEqualTo(new Result(0, "main_1 has no failed jobs without attempts\n", ""));
    assertThat(row("status, revision")).isEqualTo("0|3");
  }

  @Test
  void adjustsWhatIsGiven() {
    assertThat(
            cli.run(
                "adjust main_1 --batch-size 5000 --sub-batch-size 50 --pause-ms 0 --lanes 4 --reason tonight"))
        .isEqualTo(
            new Result(
                0,
                "main_1 adjusted: batch_size 5000 instead of 1000, sub_batch_size 50 instead of 100, pause_ms 0 instead of 100, lanes 4 instead of 1\n",
                ""));
    assertThat(row("batch_size, sub_batch_size, max_batch_size, pause_ms, lanes, pacing, revision"))
        .isEqualTo("5000|50|null|0|4|adaptive|2");
    assertThat(lastEvent())
        .startsWith("adjusted|ann|batch_size 5000 instead of 1000")
        .endsWith(": tonight");
  }

  @Test
  void adjustsThePacing() {
    cli.run("adjust main_1 --job-interval 90s");
    assertThat(row("pacing, \"interval\"")).isEqualTo("interval|90");

    cli.run("adjust main_1 --adaptive");
    assertThat(row("pacing, revision")).isEqualTo("adaptive|3");
    assertThat(cli.run("adjust main_1 --adaptive"))
        .isEqualTo(new Result(0, "main_1 was so already\n", ""));
    assertThat(row("pacing, revision")).isEqualTo("adaptive|3");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --sub-batch-size 2000             | sub_batch_size 2000 is larger than batch_size 1000
          --batch-size 50                   | sub_batch_size 100 is larger than batch_size 50
          --lanes 33                        | lanes must be 1 to 32, not 33
          --lanes 70000                     | lanes must be 1 to 32, not 70000
          --pause-ms -1                     | pause_ms must be 0 to 3600000, not -1
          --max-batch-size 10               | max_batch_size 10 is smaller than batch_size 1000
          --job-interval 1s --adaptive      | --job-interval
          --job-interval 1500ms             | whole seconds
          --reason none                     | nothing to adjust
          """)
  void refusesSizesThatDoNotFit(String options, String sentence) {
    Result result = cli.run("adjust main_1 " + options);

    assertThat(result.err()).startsWith("error: ").contains(sentence).contains("\nhint: ");
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(row("batch_size, revision")).isEqualTo("1000|1");
  }

  @Test
  void refusesToAdjustWhatHasEnded() {
    TrackedMigration.finished(postgres);

    assertThat(cli.run("adjust main_1 --lanes 2"))
        .isEqualTo(
            new Result(
                3,
                "",
                "error: main_1 is finished: nothing of it is left to run\nhint: ./bbm status main_1\n"));
  }

  @Test
  void deletesWhatIsConfirmed() {
    assertThat(cli.run("delete main_1"))
        .isEqualTo(
            new Result(
                3,
                "Delete main_1 (AddOne on table orders, active)? [y/N] \n",
                "error: not confirmed; no database was changed\nhint: answer y, or ./bbm delete main_1 --yes\n"));
    assertThat(row("id")).isEqualTo("1");

    assertThat(cli.run("delete main_1 --yes --reason wrong"))
        .isEqualTo(new Result(0, "main_1 deleted\n", ""));
    assertThat(row("id")).isEmpty();
    assertThat(lastEvent()).isEqualTo("deleted|ann|main_1 AddOne on orders: wrong");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "retry main_9",
        "adjust main_9 --lanes 2",
        "delete main_9 --yes",
        "jobs main_9",
        "finalize main_9"
      })
  void refusesAnIdThatNoMigrationHas(String line) {
    assertThat(cli.run(line))
        .isEqualTo(new Result(2, "", "error: no migration main_9\nhint: ./bbm list\n"));
  }

  @Test
  void listsJobs() {
    assertThat(cli.run("jobs main_1").out()).isEqualTo("no jobs\n");
    TrackedMigration.underWay(postgres);

    assertThat(cli.run("jobs main_1").out())
        .startsWith(
            "JOB  STATUS   LANE  ATTEMPTS  AFTER  CURSOR   THROUGH   ROWS  WORKER  STARTED\n")
        .containsPattern(" running +0 +1 +\\[\"0\"] +\\[\"540\"] +\\[\"1000\"] +540 ");
    assertThat(cli.run("jobs main_1 --status failed").out()).isEqualTo("no jobs\n");
    assertThat(cli.run("jobs main_1 --output json").out())
        .contains("\"cursor\" : [\"540\"]", "\"status\" : \"running\"");
    assertThat(cli.run("jobs main_1 --limit 0").exitCode()).isEqualTo(2);
  }

  @Test
  void saysWhetherAnUpgradeIsSafe() {
    assertThat(cli.run("ready")).isEqualTo(new Result(75, "not ready\nmain_1 active\n", ""));

    cli.run("pause main_1 --reason later");
    assertThat(cli.run("ready").exitCode()).isEqualTo(1);
    assertThat(cli.run("ready").out()).startsWith("not ready\nmain_1 paused by ann: later");

    TrackedMigration.finished(postgres);
    assertThat(cli.run("ready"))
        .isEqualTo(new Result(0, "ready: every migration is finished\n", ""));
    assertThat(cli.run("ready --output json").out()).contains("\"ready\" : true");
  }

  @Test
  void doesNotKnowWhileADatabaseIsDown() {
    Result result =
        new Cli(folder).with("BBM_MAIN_URL", "postgresql://postgres@127.0.0.1:1/gone").run("ready");

    assertThat(result.exitCode()).isEqualTo(69);
    assertThat(result.out()).isEqualTo("not ready\n");
  }

  private static String row(String columns) {
    return Installed.rows(
        postgres, "SELECT %s FROM bbm.batched_background_migrations".formatted(columns));
  }

  private static String lastEvent() {
    return Installed.rows(
        postgres, "SELECT kind, by, reason FROM bbm.migration_events ORDER BY id DESC LIMIT 1");
  }
}
