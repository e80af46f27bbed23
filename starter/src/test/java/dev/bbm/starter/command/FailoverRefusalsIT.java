package dev.bbm.starter.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bbm.starter.command.Cli.Result;
import dev.bbm.starter.embedded.TemporalDevServerProcess;
import dev.bbm.starter.testbed.Levers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a failover refuses: one clear sentence, its exit code, and nothing changed. */
@Timeout(300)
final class FailoverRefusalsIT {

  @TempDir private static Path temporalFolder;
  @TempDir private static Path folder;
  private static TemporalDevServerProcess temporal;
  private static FailoverTrial trial;

  private String before = "";

  @BeforeAll
  static void start() throws IOException {
    temporal = FailoverTrial.temporal(temporalFolder);
    trial = FailoverTrial.start(temporal, folder);
  }

  @AfterAll
  static void stop() {
    if (trial != null) {
      trial.close();
    }
    if (temporal != null) {
      temporal.close();
    }
  }

  @BeforeEach
  void look() throws IOException {
    trial.configure(FailoverTrial.databases(trial.primary(), trial.primary(), trial.standby()));
    before = trial.state();
  }

  @AfterEach
  void nothingWasChanged() {
    assertThat(trial.state()).isEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          start geo --yes                             | 2  | no database "geo" is configured
          start main --yes                            | 3  | database "main" has one endpoint, so there is no standby to promote
          start ci --schema gitlab_main --yes         | 2  | gitlab_schema "gitlab_main" is not configured for database "ci", whose workers would not run it
          start ci --schema gitlab_shared --yes       | 2  | gitlab_shared lives in every place and is not moved
          start ci --promote magic --yes              | 2  | invalid value for option '--promote'
          start ci --promote command --yes            | 2  | --promote command needs a command, and failover.promote has none
          start ci --approve-before verify --yes      | 2  | nobody can be asked before step 12, verify
          start ci --approve-before check --yes       | 2  | nobody can be asked before step 0, check
          start ci --approve-before now --yes         | 2  | invalid value for option '--approve-before'
          start ci --report /nowhere/report --yes     | 2  | --report /nowhere/report: its folder cannot be written to
          start                                       | 2  | missing required parameter: 'TARGET'
          plan geo                                    | 2  | no database "geo" is configured
          plan main                                   | 3  | database "main" has one endpoint
          resume                                      | 3  | no failover is unfinished
          resume ci                                   | 3  | there was no failover to "ci" yet
          resume geo                                  | 2  | no database "geo" is configured
          status ci                                   | 3  | there was no failover to "ci" yet
          approve ci                                  | 3  | no failover to "ci" runs
          promoted ci                                 | 3  | no failover to "ci" runs
          abort ci                                    | 2  | missing required option: '--reason=TEXT'
          abort ci --reason x                         | 3  | no failover to "ci" runs
          rollback ci --yes                           | 2  | missing required option: '--reason=TEXT'
          rollback ci --reason x --yes                | 3  | there was no failover to "ci" yet
          cleanup ci --yes                            | 3  | there was no failover to "ci" yet
          """)
  void refuses(String line, int exitCode, String sentence) {
    Result result = trial.run("failover " + line);

    assertThat(result.err()).startsWith("error: " + sentence).contains("\nhint: ");
    assertThat(result.exitCode()).isEqualTo(exitCode);
  }

  @Test
  void refusesATargetWithOneEndpoint() throws IOException {
    trial.configure(FailoverTrial.databases(trial.primary(), trial.primary()));

    refused(3, "database \"ci\" has one endpoint, so there is no standby to promote");
  }

  @Test
  void refusesASingleDatabase() throws IOException {
    trial.configure(
        """
        databases:
          main: {endpoints: ["%s", "%s"], gitlab_schemas: [gitlab_main, gitlab_ci, gitlab_shared]}
        """
            .formatted(trial.primary(), trial.standby()));

    refused(
        3,
        "only database \"main\" is configured: a failover gives some of its gitlab_schemas to another one",
        "failover start main --yes");
  }

  @Test
  void refusesATargetWithoutAStandby() throws IOException {
    trial.configure(
        FailoverTrial.databases(
            trial.primary(), trial.primary(), trial.primary().replace("127.0.0.1", "localhost")));

    refused(3, "no endpoint of database \"ci\" is a standby");
  }

  @Test
  void refusesToChooseBetweenTwoStandbys() throws IOException {
    trial.configure(
        FailoverTrial.databases(
            trial.primary(),
            trial.primary(),
            trial.standby(),
            trial.standby().replace("127.0.0.1", "localhost")));

    refused(3, "2 endpoints of database \"ci\" are standbys: ");
  }

  @Test
  void refusesWhileTheStandbyIsDown() throws IOException {
    trial.configure(
        FailoverTrial.databases(
            trial.primary(), trial.primary(), "postgresql://bbm:x@127.0.0.1:1/app"));

    refused(69, "database \"ci\" does not answer");
  }

  @Test
  void refusesWithoutTheTimelineCheck() throws IOException {
    trial.configure(
        FailoverTrial.databases(trial.primary(), trial.primary(), trial.standby())
            + "    timeline_check: false");

    refused(3, "databases.ci.timeline_check is false: a failover could not notice a promotion");
  }

  @Test
  void refusesASchemaThatNobodyOwns() throws IOException {
    trial.configure(
        FailoverTrial.databases(trial.primary(), trial.primary(), trial.standby())
            .replace("[gitlab_ci, gitlab_shared]", "[gitlab_geo, gitlab_shared]"));

    refused(3, "no other database owns gitlab_geo");
  }

  @Test
  void refusesWhatTheConfigurationGetsWrong() throws IOException {
    trial.configure(
        FailoverTrial.databases(trial.primary(), trial.primary(), trial.standby()),
        "failover: {pause_app: {command: stop}}");

    refused(2, "failover.pause_app.undo: \"\" is missing");
  }

  @Test
  void refusesWithoutTemporal() {
    Result result =
        trial.bbm().with("TEMPORAL_ADDRESS", "127.0.0.1:1").run("failover start ci --yes");

    assertThat(result.err()).startsWith("error: Temporal at 127.0.0.1:1 does not serve namespace");
    assertThat(result.exitCode()).isEqualTo(69);
  }

  @Test
  void asksAndTakesOnlyYes() {
    Result result = trial.bbm().typing("perhaps").run("failover start ci");

    assertThat(result.out()).contains("Move gitlab_ci to ci now? [y/N]");
    assertThat(result.err())
        .startsWith("error: not confirmed; no database was changed\nhint: answer y, or ");
    assertThat(result.exitCode()).isEqualTo(3);
  }

  @Test
  void refusesWhileACheckFails() {
    Levers standby = trial.pair().standbyLevers();
    standby.cutStream();
    try {
      Result result = trial.run("failover start ci --yes");

      assertThat(result.out())
          .contains(
              "✗ P4 the copy is a streaming standby: it does not stream: look at primary_conninfo");
      assertThat(result.err())
          .startsWith("error: 1 of 13 checks failed; nothing was changed\nhint: ");
      assertThat(result.exitCode()).isEqualTo(3);
      assertThat(trial.run("failover plan ci").exitCode()).isEqualTo(3);
    } finally {
      standby.restoreStream();
    }
  }

  @Test
  void refusesWhileAnotherFailoverIsUndecided() {
    trial
        .pair()
        .onPrimary()
        .execute(
            "INSERT INTO bbm.failovers (id, from_database, to_database) VALUES (gen_random_uuid(), 'main', 'sec')");
    try {
      for (String verb : List.of("plan ci", "start ci --yes")) {
        Result result = trial.run("failover " + verb);

        assertThat(result.err())
            .startsWith("error: a failover to \"sec\" that began at ")
            .endsWith(" is not finished\nhint: ./bbm failover resume sec\n");
        assertThat(result.exitCode()).isEqualTo(3);
      }
    } finally {
      trial.pair().onPrimary().execute("DELETE FROM bbm.failovers");
      trial.pair().awaitCaughtUp();
    }
  }

  private static void refused(int exitCode, String sentence) {
    refused(exitCode, sentence, "failover start ci --yes");
  }

  private static void refused(int exitCode, String sentence, String line) {
    Result result = trial.run(line);

    assertThat(result.err()).startsWith("error: " + sentence).contains("\nhint: ");
    assertThat(result.exitCode()).isEqualTo(exitCode);
  }
}
