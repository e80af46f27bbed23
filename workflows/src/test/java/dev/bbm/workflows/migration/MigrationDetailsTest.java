package dev.bbm.workflows.migration;

import static dev.bbm.workflows.migration.ViewBuilder.NOON;
import static dev.bbm.workflows.migration.ViewBuilder.aView;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class MigrationDetailsTest {

  private static final int LIMIT_OF_THE_SERVER = 20_000;

  @Test
  void saysHowFarARunningMigrationIs() {
    assertThat(MigrationDetails.of(aView().onLanes(2).build()))
        .isEqualTo(
            """
            ## ▶ Running
            Nothing to do.

            █████░░░░░ **54 %** · as of 12:00:00 UTC (press R)

            - Rows: 6,700,000 of ≈ 12,400,000 (planner estimate)
            - Rate: 22,800/s over 5 min · done ≈ 12:04:10 UTC
            - Cursor: id 26014882 · 2 lanes · batch 50,000 / 1,000
            - Owner: main, epoch 1, job class 9f3c
            - Failures: 0 (3 retried, healed)

            **You can** (More Actions → Send an Update → one JSON object)

            - `pause` with `{"reason": "…"}`
            """);
  }

  @Test
  void saysWhyAMigrationIsHeldAndThatItGoesOn() {
    MigrationView held =
        aView().because("replica lag 14.2 s > 10 s").since(NOON.minusSeconds(23)).build();

    assertThat(MigrationDetails.of(held))
        .isEqualTo(
            """
            ## ⏸ Held: replica lag 14.2 s \\> 10 s
            Since 11:59:37 UTC. Goes on by itself when that is over; looked at again every 60 s.

            █████░░░░░ **54 %** · as of 12:00:00 UTC (press R)

            - Rows: 6,700,000 of ≈ 12,400,000 (planner estimate)
            - Rate: 22,800/s over 5 min · done ≈ 12:04:10 UTC
            - Cursor: id 26014882 · 1 lane · batch 50,000 / 1,000
            - Owner: main, epoch 1, job class 9f3c
            - Failures: 0 (3 retried, healed)

            **You can** (More Actions → Send an Update → one JSON object)

            - `pause` with `{"reason": "…"}`
            """);
  }

  @Test
  void saysWhoPausedAMigrationWhenAndWhy() {
    MigrationView paused =
        aView()
            .in(MigrationStatus.PAUSED)
            .because("maintenance")
            .by("sre")
            .since(NOON.minus(Duration.ofDays(3)))
            .atRate(null)
            .build();

    assertThat(MigrationDetails.of(paused))
        .isEqualTo(
            """
            ## ⏸ Paused: maintenance
            Since 2026-11-18 12:00 UTC. By sre. Resume it with the update `resume`.

            █████░░░░░ **54 %** · as of 12:00:00 UTC (press R)

            - Rows: 6,700,000 of ≈ 12,400,000 (planner estimate)
            - Rate: none yet
            - Cursor: id 26014882 · 1 lane · batch 50,000 / 1,000
            - Owner: main, epoch 1, job class 9f3c
            - Failures: 0 (3 retried, healed)

            **You can** (More Actions → Send an Update → one JSON object)

            - `resume` with `{"reason": "…"}`
            """);
  }

  @Test
  void saysHowToStartAFailedMigrationAgain() {
    MigrationView failed =
        aView()
            .in(MigrationStatus.FAILED)
            .because("2 jobs failed 3 times")
            .since(NOON.minusSeconds(60))
            .withJobs(2, 0)
            .finished(NOON.minusSeconds(60))
            .build();

    assertThat(MigrationDetails.of(failed))
        .isEqualTo(
            """
            ## ✗ Failed: 2 jobs failed 3 times
            Since 11:59:00 UTC. See `./bbm events main_1`.

            █████░░░░░ **54 %** · as of 12:00:00 UTC (press R)

            - Rows: 6,700,000 of ≈ 12,400,000 (planner estimate)
            - Rate: 22,800/s over 5 min
            - Cursor: id 26014882 · 1 lane · batch 50,000 / 1,000
            - Owner: main, epoch 1, job class 9f3c
            - Failures: 2 (0 retried, healed)

            **You can** start it again in a shell: `./bbm resume main_1`
            """);
  }

  @Test
  void saysThatAFinishedMigrationHasEnded() {
    MigrationView finished =
        aView()
            .in(MigrationStatus.FINISHED)
            .since(NOON)
            .changed(12_400_000, null)
            .done(100)
            .atCursor("[\"48201377\"]")
            .build();

    assertThat(MigrationDetails.of(finished))
        .isEqualTo(
            """
            ## ✓ Finished
            Since 12:00:00 UTC. Every job succeeded.

            ██████████ **100 %** · as of 12:00:00 UTC (press R)

            - Rows: 12,400,000
            - Rate: 22,800/s over 5 min
            - Cursor: id 48201377 · 1 lane · batch 50,000 / 1,000
            - Owner: main, epoch 1, job class 9f3c
            - Failures: 0 (3 retried, healed)

            Nothing to do: it has ended.
            """);
  }

  @Test
  void admitsThatProgressIsUnknown() {
    assertThat(MigrationDetails.of(aView().done(null).build()))
        .contains("\nprogress unknown · as of 12:00:00 UTC (press R)\n")
        .contains("- Rate: 22,800/s over 5 min\n");
  }

  @Test
  void offersNoUpdateThatWouldBeRefused() {
    assertThat(MigrationDetails.of(aView().in(MigrationStatus.FINALIZING).build()))
        .contains("## ▶ Finalizing\nRuns to its end without pauses.\n")
        .doesNotContain("`pause`", "`resume`");
  }

  @Test
  void showsWhatPeopleWroteAsTheyWroteIt() {
    MigrationView paused =
        aView().in(MigrationStatus.PAUSED).because("see <b>#12</b>\n# big").by("_sre_").build();

    assertThat(MigrationDetails.of(paused))
        .startsWith(
            """
            ## ⏸ Paused: see \\<b\\>\\#12\\</b\\> \\# big
            By \\_sre\\_. Resume it with the update `resume`.
            """);
  }

  @ParameterizedTest
  @EnumSource
  void fitsIntoWhatTheServerTakesHoweverLongTheReason(MigrationStatus status) {
    String endless = "🐘<all>_work_[and]*no*~play~`$".repeat(1_000);

    MigrationView view = aView().in(status).because(endless).by(endless).since(NOON).build();

    assertThat(MigrationDetails.ofTrouble(view, endless).getBytes(StandardCharsets.UTF_8))
        .hasSizeLessThan(LIMIT_OF_THE_SERVER);
  }

  @Test
  void tellsWhatIsMissingBeforeTheFirstRead() {
    assertThat(MigrationDetails.beforeTheFirstRead(MigrationWorld.RUN))
        .isEqualTo(
            """
            ## ⏳ Waiting for a worker that serves gitlab_main
            The migration's row has not been read yet. If this stays: start a worker with `./bbm worker`.
            """);
  }

  @Test
  void tellsWhatToDoWhenThereIsNoPage() {
    assertThat(MigrationDetails.whenNoWorkerAnswers("main_1"))
        .isEqualTo("No live page? No worker runs: `./bbm status main_1`");
  }
}
