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

final class PauseAndResumeCommandTest {

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
  void pausesWhileTemporalIsDown() {
    assertThat(cli.runWords("pause", "main_1", "--reason", "deploy at five"))
        .isEqualTo(new Result(0, "main_1 paused\n", ""));
    assertThat(row()).isEqualTo("0|2");
    assertThat(lastEvent()).isEqualTo("paused|ann|deploy at five");
  }

  @Test
  void succeedsWhenItIsPausedAlreadyAndChangesNothing() {
    cli.run("pause main_1");

    assertThat(cli.run("pause main_1")).isEqualTo(new Result(0, "main_1 was paused already\n", ""));
    assertThat(row()).isEqualTo("0|2");
  }

  @Test
  void resumesWhileTemporalIsDown() {
    cli.run("pause main_1");

    assertThat(cli.run("resume main_1")).isEqualTo(new Result(0, "main_1 resumed\n", ""));
    assertThat(row()).isEqualTo("1|3");
    assertThat(lastEvent()).isEqualTo("resumed|ann|null");
  }

  @Test
  void succeedsWhenItIsActiveAlreadyAndChangesNothing() {
    assertThat(cli.run("resume main_1"))
        .isEqualTo(new Result(0, "main_1 was active already\n", ""));
    assertThat(row()).isEqualTo("1|1");
  }

  @Test
  void takesAPlainNumberWhenOneDatabaseIsConfigured() {
    assertThat(cli.run("pause 1")).isEqualTo(new Result(0, "main_1 paused\n", ""));
  }

  @Test
  void answersMachinesInJson() {
    assertThat(cli.run("pause main_1 --output json"))
        .isEqualTo(
            new Result(
                0,
                """
                {
                  "id" : "main_1",
                  "status" : "paused",
                  "changed" : true
                }
                """,
                ""));
  }

  @Test
  void refusesToPauseAFinishedMigration() {
    TrackedMigration.finished(postgres);

    assertRefused(
        "pause main_1",
        3,
        "main_1 is finished: only an active migration can be paused",
        "./bbm status main_1");
  }

  @Test
  void refusesToResumeAFinishedMigration() {
    TrackedMigration.finished(postgres);

    assertRefused(
        "resume main_1",
        3,
        "main_1 is finished: only a paused or failed migration can be resumed",
        "./bbm status main_1");
  }

  @Test
  void refusesAnIdThatNoMigrationHas() {
    assertRefused("pause main_9", 2, "no migration main_9", "./bbm list");
  }

  @Test
  void refusesAnIdOfADatabaseThatIsNotConfigured() {
    assertRefused("pause ci_1", 2, "no migration ci_1", "./bbm list");
  }

  @Test
  void refusesWhatIsNoId() {
    assertRefused("resume AddOne", 2, "no migration AddOne", "./bbm list");
  }

  @Test
  void saysThatTheDatabaseIsDown() {
    Result result =
        new Cli(folder)
            .with("BBM_MAIN_URL", "postgresql://postgres@127.0.0.1:1/gone")
            .run("pause main_1");

    assertThat(result.err())
        .isEqualTo(
            """
            error: database "main" does not answer: Connection to 127.0.0.1:1 refused. Check that the hostname and port \
            are correct and that the postmaster is accepting TCP/IP connections.
            hint: check its url in bbm.yml or BBM_MAIN_URL
            """);
    assertThat(result.exitCode()).isEqualTo(69);
    assertThat(result.out()).isEmpty();
  }

  private static void assertRefused(String line, int exitCode, String message, String hint) {
    String before = row() + lastEvent();

    assertThat(cli.run(line))
        .isEqualTo(new Result(exitCode, "", "error: %s\nhint: %s\n".formatted(message, hint)));
    assertThat(row() + lastEvent()).isEqualTo(before);
  }

  private static String row() {
    return Installed.rows(
        postgres, "SELECT status, revision FROM bbm.batched_background_migrations");
  }

  private static String lastEvent() {
    return Installed.rows(
        postgres, "SELECT kind, by, reason FROM bbm.migration_events ORDER BY id DESC LIMIT 1");
  }
}
