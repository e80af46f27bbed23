package dev.bbm.starter.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bbm.activities.database.PostgresExtension;
import dev.bbm.starter.command.Cli.Result;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 180, unit = TimeUnit.SECONDS)
final class WaitCommandTest {

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
  void endsWithZeroWhenAllHaveFinished() {
    TrackedMigration.underWay(postgres);
    var waiting = CompletableFuture.supplyAsync(() -> cli.run("wait main_1 --every 20ms"));
    TrackedMigration.finished(postgres);

    assertThat(waiting.join())
        .isEqualTo(new Result(0, "main_1 finished: 540 rows, 0 failed\n", ""));
  }

  @Test
  void endsWithOneWhenOneHasFailed() {
    TrackedMigration.underWay(postgres);
    TrackedMigration.failed(postgres);

    assertThat(cli.run("wait main_1"))
        .isEqualTo(
            new Result(
                1,
                "main_1 failed: 1 jobs failed 3 times; 1 jobs, see ./bbm events main_1 --failures\n",
                ""));
  }

  @Test
  void givesUpAfterItsTimeoutAndSaysWhatHoldsTheMigration() {
    postgres.execute(
        "UPDATE bbm.batched_background_migrations SET hold_reason = 'replica lag 14 s > 10 s'");

    assertThat(cli.run("wait main_1 --timeout 50ms --every 20ms"))
        .isEqualTo(
            new Result(
                75,
                "",
                """
                error: main_1 is not finished after 0 s: held: replica lag 14 s > 10 s, ░░░░░░░░░░░ 0 %
                hint: ./bbm status main_1 --watch
                """));
  }

  @Test
  void tellsMachinesTheStateOfEach() {
    TrackedMigration.finished(postgres);

    var document = Json.read(cli.run("wait main_1 --output json").out()).orElseThrow();

    assertThat(document.path("migrations").path(0).path("status").asText()).isEqualTo("finished");
  }

  @Test
  void refusesAnIdThatNoMigrationHasBeforeItWaits() {
    assertThat(cli.run("wait main_1 main_9"))
        .isEqualTo(new Result(2, "", "error: no migration main_9\nhint: ./bbm list\n"));
  }
}
