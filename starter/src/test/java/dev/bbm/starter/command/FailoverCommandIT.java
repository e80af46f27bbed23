package dev.bbm.starter.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bbm.starter.command.Cli.Begun;
import dev.bbm.starter.command.Cli.Result;
import dev.bbm.starter.embedded.TemporalDevServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The failover as an SRE types it, on a primary, its standby and a real Temporal server. */
@Timeout(300)
final class FailoverCommandIT {

  private static final String OWNER =
      "SELECT o.owner_database || ' ' || o.state FROM bbm.schema_ownership AS o WHERE o.gitlab_schema = 'gitlab_ci'";

  @TempDir private static Path temporalFolder;
  private static TemporalDevServerProcess temporal;

  @TempDir private Path folder;
  private FailoverTrial trial;

  @BeforeAll
  static void startTemporal() {
    temporal = FailoverTrial.temporal(temporalFolder);
  }

  @AfterAll
  static void stopTemporal() {
    if (temporal != null) {
      temporal.close();
    }
  }

  @BeforeEach
  void start() throws IOException {
    trial = FailoverTrial.start(temporal, folder, "failover: {budgets: {record: 60s}}");
  }

  @AfterEach
  void stop() {
    trial.close();
  }

  @Test
  void plansWithoutAChangeThenMovesReportsAndCleansUp() throws IOException {
    String before = trial.state();

    Result plan = trial.run("failover plan ci");

    assertThat(plan.err()).isEmpty();
    assertThat(plan.exitCode()).isZero();
    assertThat(plan.out())
        .contains("✓ P11 steps 1, 3, 8 and 9 pass when rolled back", "Write-pause: ")
        .doesNotContain("✗");
    assertThat(trial.state()).isEqualTo(before);

    Result moved = trial.run("failover start ci --yes --report " + folder.resolve("report"));

    assertThat(moved.err()).isEmpty();
    assertThat(moved.exitCode()).isZero();
    assertThat(moved.out())
        .containsSubsequence(
            "✓ checks 13/13",
            "✓ relabelled main_4: ci_pipelines is gitlab_ci, not gitlab_main",
            "! main_7 quarantined: table strays is unknown or gone",
            "✓ drained",
            "✓ fenced main, epoch 2",
            "✓ application locked out: 5 tables locked",
            "✓ standby shows the fence",
            "✓ promoted, timeline 2",
            "✓ adopted as a place of its own",
            "✓ main retired, 3 migrations transferred",
            "✓ decided, no way back without rollback",
            "✓ active on ci, epoch 3 (write-pause ",
            "✓ repointed",
            "✓ verified 9/9",
            "main_3 stopped at id 0 → ci_3 started at id 0: moved at its cursor",
            "moved: ci runs gitlab_ci");
    assertThat(trial.pair().onPrimary().value(OWNER)).isEqualTo("ci RETIRED");
    assertThat(trial.pair().onStandby().value(OWNER)).isEqualTo("ci ACTIVE");
    assertThat(Files.readString(folder.resolve("report.md")))
        .startsWith("# Failover of ci: moved\n")
        .contains(
            "| CountBuilds on ci_builds.id | gitlab_ci | main_3 at id 0 | 0 | ci_3 at id 0 | 0 | moved at its cursor |",
            "| C6 | each schema has exactly one owner | ✓ each |");
    var json = Json.read(Files.readString(folder.resolve("report.json"))).orElseThrow();
    assertThat(json.path("state").asText()).isEqualTo("moved");
    assertThat(json.path("migrations").path(2).path("at_start").path("cursor").path(0).asText())
        .isEqualTo("0");

    answersOldIdsWithTheNewOnes();
    tellsTheSameWithoutTemporal(trial.run("failover status ci"));
    cleansUp();
  }

  private void answersOldIdsWithTheNewOnes() {
    assertThat(trial.run("status main_3"))
        .isEqualTo(
            new Result(
                3,
                "",
                "error: main_3 was moved to ci, where it is ci_3\nhint: ./bbm status ci_3\n"));
    assertThat(trial.run("status ci_3").out()).startsWith("ci_3  CountBuilds on ci_builds.id");
    assertThat(trial.run("list").out())
        .contains("main_1  ", "ci_3  ", "ci_6  ", "main_6  ")
        .doesNotContain("main_3  ", "ci_1  ");
    assertThat(trial.run("list --all").out())
        .contains("main_3  transferred", "ci_1    stale", "main_1  active");
    assertThat(trial.run("list --status transferred").out())
        .contains("main_5  ")
        .doesNotContain("main_1  ");
  }

  private void tellsTheSameWithoutTemporal(Result withTemporal) {
    Result without = trial.bbm().with("TEMPORAL_ADDRESS", "127.0.0.1:1").run("failover status ci");

    assertThat(withTemporal.err()).isEmpty();
    assertThat(without.exitCode()).isZero();
    assertThat(without.err()).contains("; this is the journal");
    assertThat(without.out())
        .contains(
            "  moved: ci runs gitlab_ci",
            "3 fenced main, epoch 2",
            "10 active on ci, epoch 3",
            "main_3 stopped at id 0 → ci_3 started at id 0: moved at its cursor");
  }

  private void cleansUp() {
    assertThat(trial.bbm().typing("n").run("failover cleanup ci"))
        .extracting(Result::exitCode)
        .isEqualTo(3);

    Result cleaned = trial.run("failover cleanup ci --yes");

    assertThat(cleaned.exitCode()).isZero();
    assertThat(cleaned.out())
        .startsWith("deleted 3 transferred migrations of main and 2 stale ones of ci\n");
    assertThat(trial.run("list --all").out()).doesNotContain("transferred", "stale");
    assertThat(trial.run("failover cleanup ci --yes").out())
        .isEqualTo("nothing of the failover to ci is left\n");
    assertThat(trial.run("status main_3").err()).contains("where it is ci_3");
    assertThat(trial.runWords("failover", "rollback", "ci", "--reason", "too late", "--yes").err())
        .startsWith("error: the failover to \"ci\" was cleaned up");
  }

  @Test
  void waitsForAPersonToApproveAndToPromote() {
    Begun start =
        trial.bbm().begin("failover start ci --yes --promote person --approve-before fence");
    trial.awaitShown(start, "waiting for you: approve step 3");
    assertThat(trial.run("failover promoted ci").err())
        .isEqualTo(
            "error: nobody waits for a promotion by hand now\nhint: ./bbm failover status ci\n");

    assertThat(trial.run("failover approve ci").out())
        .isEqualTo("approved; watch it: ./bbm failover status ci\n");
    trial.awaitShown(start, "waiting for you: promote the standby of ci");
    trial.pair().standbyLevers().promote();
    assertThat(trial.run("failover promoted ci").exitCode()).isZero();

    Result moved = start.join();
    assertThat(moved.exitCode()).isZero();
    assertThat(moved.out())
        .containsSubsequence(
            "▶ waiting for you: approve step 3: fence the source",
            "in another terminal: ./bbm failover approve ci, or ./bbm failover abort ci",
            "▶ waiting for you: promote the standby of ci",
            "in another terminal: ./bbm failover promoted ci",
            "moved: ci runs gitlab_ci");
  }

  @Test
  void abortsBeforeTheDecisionWithEverythingBack() {
    Begun start = trial.bbm().begin("failover start ci --yes --approve-before retire");
    trial.awaitShown(start, "waiting for you: approve step 8");

    Result aborted = trial.runWords("failover", "abort", "ci", "--reason", "not tonight");

    assertThat(aborted.exitCode()).isZero();
    assertThat(aborted.out()).contains("aborted, everything is back: not tonight (by ann)");
    assertThat(start.join().exitCode()).isEqualTo(1);
    assertThat(start.join().out())
        .contains(
            "main_3 stopped at id 0: back at its cursor\n",
            "aborted, everything is back: not tonight (by ann)");
    assertThat(trial.pair().onPrimary().value(OWNER)).isEqualTo("ci ACTIVE");
    assertThat(trial.pair().onStandby().value(OWNER)).isEqualTo("ci RETIRED");
    assertThat(trial.run("failover status ci").out()).contains("aborted, everything is back");
    assertThat(trial.run("failover resume ci"))
        .isEqualTo(
            new Result(1, "the failover to ci has ended: aborted: not tonight (by ann)\n", ""));
    assertThat(trial.run("list").out()).contains("main_3  active");
  }

  @Test
  void rollsBackAfterItsEnd() {
    assertThat(trial.run("failover start ci --yes").exitCode()).isZero();
    assertThat(trial.bbm().typing("no").runWords("failover", "rollback", "ci", "--reason", "slow"))
        .extracting(Result::exitCode)
        .isEqualTo(3);

    Result back = trial.runWords("failover", "rollback", "ci", "--reason", "slow", "--yes");

    assertThat(back.err()).isEmpty();
    assertThat(back.exitCode()).isZero();
    assertThat(back.out()).contains("rolled back, everything is back: slow (by ann)");
    assertThat(trial.pair().onPrimary().value(OWNER)).isEqualTo("ci ACTIVE");
    assertThat(trial.pair().onStandby().value(OWNER)).isEqualTo("ci RETIRED");
    assertThat(trial.run("status main_3").out()).startsWith("main_3  CountBuilds");
    assertThat(trial.runWords("failover", "rollback", "ci", "--reason", "slow", "--yes").out())
        .isEqualTo("ci was rolled back already\n");
    assertThat(trial.run("failover status ci --output markdown").out())
        .contains("# Failover of ci: rolled back", "main_3 is done again on main from id 0");
    assertThat(trial.run("failover cleanup ci --yes").err())
        .startsWith("error: the failover to \"ci\" went back");
  }
}
