package dev.bbm.starter.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bbm.starter.Main;
import dev.bbm.starter.command.Cli.Begun;
import dev.bbm.starter.command.Cli.Result;
import dev.bbm.starter.embedded.ChildProcess;
import dev.bbm.starter.embedded.TemporalDevServerProcess;
import dev.bbm.starter.exactness.Await;
import dev.bbm.starter.exactness.JavaCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A failover whose process is killed goes on from another machine, with or without Temporal. */
@Timeout(300)
final class FailoverKilledIT {

  @TempDir private static Path temporalFolder;
  private static TemporalDevServerProcess temporal;

  @TempDir private Path folder;
  @TempDir private Path elsewhere;
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
    trial =
        FailoverTrial.start(
            temporal,
            folder,
            "failover: {budgets: {record: 60s}, repoint_app: {command: echo pointed}}");
  }

  @AfterEach
  void stop() {
    trial.close();
  }

  @Test
  void isShownByTheJournalAndAbortedByAnotherProcess() throws IOException {
    killBefore("retire", "approve step 8");
    Result status = trial.run("failover status ci");
    assertThat(status.err()).isEqualTo("warning: nobody hosts it: ./bbm failover resume ci\n");
    assertThat(status.out()).contains("✓  3 fenced main, epoch 2", "▶  8 retire the source");
    assertThat(trial.run("list").out()).contains("gitlab_schema gitlab_ci is FENCED");

    Result aborted = trial.runWords("failover", "abort", "ci", "--reason", "its host died");

    assertThat(aborted.err()).isEmpty();
    assertThat(aborted.exitCode()).isZero();
    assertThat(aborted.out()).contains("aborted, everything is back: its host died (by ann)");
    assertThat(trial.run("list").out()).doesNotContain("FENCED");
  }

  @Test
  void isApprovedAndHostedByWhoeverApproves() throws IOException {
    killBefore("retire", "approve step 8");
    Files.copy(trial.pair().project().resolve("bbm.yml"), elsewhere.resolve("bbm.yml"));

    Result approved = trial.inFolder(elsewhere).run("failover approve ci");

    assertThat(approved.err()).isEmpty();
    assertThat(approved.exitCode()).isZero();
    assertThat(approved.out())
        .startsWith("nobody hosts the failover to ci, so this process does\n")
        .contains("✓ fenced main, epoch 2", "moved: ci runs gitlab_ci");
    assertThat(trial.run("failover status ci --output markdown").out())
        .contains("| repoint_app | 0 | ", "| pointed |");
  }

  @Test
  void isStartedAgainFromTheJournalWhenTemporalHasLostIt() throws IOException {
    killBefore("catch_up", "approve step 5");
    trial.terminateWorkflow();
    Files.writeString(
        elsewhere.resolve("bbm.yml"),
        FailoverTrial.databases(trial.primary(), trial.primary(), trial.standby()));
    Result lacking = trial.inFolder(elsewhere).run("failover resume");
    assertThat(lacking.err())
        .startsWith(
            "error: the failover runs the hook repoint_app, which is not configured here\nhint: ");
    assertThat(lacking.exitCode()).isEqualTo(2);
    Files.copy(trial.pair().project().resolve("bbm.yml"), elsewhere.resolve("all.yml"));

    Begun resumed = trial.inFolder(elsewhere).begin("--config all.yml failover resume");
    trial.awaitShown(resumed, "waiting for you: approve step 5");
    assertThat(trial.run("failover approve ci").exitCode()).isZero();

    assertThat(resumed.join().exitCode()).isZero();
    assertThat(resumed.join().out())
        .contains("✓ fenced main, epoch 2", "✓ active on ci, epoch 3", "moved: ci runs gitlab_ci");
  }

  /** Starts it in a process of its own and kills that while it waits. */
  private void killBefore(String step, String waiting) throws IOException {
    Path log = folder.resolve("start.log");
    try (ChildProcess process =
        ChildProcess.start(
            JavaCommand.of(
                Main.class, "failover", "start", "ci", "--yes", "--approve-before", step),
            trial.pair().project(),
            log,
            Map.of("TEMPORAL_ADDRESS", temporal.target(), "USER", "ann"))) {
      trial.awaitStatus("waiting for you: " + waiting);
      Await.until(
          "the killed process shows the fence",
          Duration.ofMinutes(2),
          () -> textOf(log).contains("✓ fenced main, epoch 2"));
      process.killHard();
    }
  }

  private static String textOf(Path file) {
    try {
      return Files.readString(file, UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
