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

final class EventsCommandTest {

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
  void showsWhoDidWhatNewestFirst() {
    cli.runWords("pause", "main_1", "--reason", "deploy");

    assertThat(withoutTimes(cli.run("events main_1").out()))
        .isEqualTo(
            """
            TIME  MIGRATION  EVENT   BY   REASON  NUMBER
            TIME  main_1     paused  ann  deploy
            TIME  main_1     queued  ann
            """);
  }

  @Test
  void showsThoseOfAllMigrations() {
    assertThat(withoutTimes(cli.run("events").out())).contains("TIME  main_1     queued  ann\n");
  }

  @Test
  void showsTheFailuresOfJobs() {
    TrackedMigration.underWay(postgres);
    TrackedMigration.failed(postgres);

    assertThat(withoutTimes(cli.run("events main_1 --failures").out()))
        .isEqualTo(
            """
            TIME  JOB  ATTEMPTS  AFTER    THROUGH   SQLSTATE  ERROR
            TIME    1         3  ["540"]  ["1000"]  22003     integer out of range
            """);
  }

  @Test
  void saysThatNoJobHasFailed() {
    assertThat(cli.run("events main_1 --failures"))
        .isEqualTo(new Result(0, "no job of main_1 has failed\n", ""));
  }

  @Test
  void answersMachinesInJson() {
    TrackedMigration.underWay(postgres);
    TrackedMigration.failed(postgres);

    var events = Json.read(cli.run("events main_1 --output json").out()).orElseThrow();
    var failures = Json.read(cli.run("events main_1 --failures --output json").out()).orElseThrow();

    assertThat(events.path("events").path(0).path("kind").asText()).isEqualTo("failed");
    assertThat(failures.path("failures").path(0).path("through").path(0).asText())
        .isEqualTo("1000");
  }

  @Test
  void refusesFailuresWithoutAMigration() {
    assertThat(cli.run("events --failures"))
        .isEqualTo(
            new Result(
                2,
                "",
                "error: --failures needs the ID of a migration\nhint: ./bbm events --help\n"));
  }

  @Test
  void refusesAnIdThatNoMigrationHas() {
    assertThat(cli.run("events main_9"))
        .isEqualTo(new Result(2, "", "error: no migration main_9\nhint: ./bbm list\n"));
  }

  private static String withoutTimes(String text) {
    return text.replaceAll("[0-9]{4}-[0-9-]*T[0-9:]*Z", "TIME")
        .replaceAll("TIME {17,}MIGRATION", "TIME  MIGRATION")
        .replaceAll("TIME {17,}JOB", "TIME  JOB");
  }
}
