package dev.bbm.workflows.migration;

import static dev.bbm.workflows.migration.ViewBuilder.NOON;
import static dev.bbm.workflows.migration.ViewBuilder.aView;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class ProgressTest {

  @ParameterizedTest
  @CsvSource({"1, 990", "25, 30", "50, 10", "99, 0", "100, 0"})
  void goesOnAtTheRateOfTheLastMinutes(int percent, long secondsLeft) {
    MigrationView view = aView().changed(1_000, null).done(percent).atRate(100L).build();

    assertThat(Progress.eta(view)).isEqualTo(NOON.plusSeconds(secondsLeft));
  }

  @Test
  void takesNoNoticeOfAStartThatAResumeSetAnew() {
    var view = aView().changed(500_000, null).done(50).atRate(1_000L);

    assertThat(Progress.eta(view.started(NOON.minusSeconds(1)).build()))
        .isEqualTo(Progress.eta(view.started(NOON.minusSeconds(500)).build()))
        .isEqualTo(NOON.plusSeconds(500));
  }

  @Test
  void doesNotOverflowForTheLongestMigration() {
    MigrationView view = aView().changed(1_000_000_000_000L, null).done(1).atRate(1L).build();

    assertThat(Progress.eta(view)).isEqualTo(NOON.plusSeconds(99_000_000_000_000L));
  }

  @Test
  void cannotBeToldWithoutProgressOrRate() {
    assertThat(Progress.eta(aView().done(null).build())).isNull();
    assertThat(Progress.eta(aView().done(0).build())).isNull();
    assertThat(Progress.eta(aView().changed(0, null).build())).isNull();
    assertThat(Progress.eta(aView().atRate(null).build())).isNull();
    assertThat(Progress.eta(aView().atRate(0L).build())).isNull();
  }

  @ParameterizedTest
  @EnumSource(
      names = {"ACTIVE", "FINALIZING"},
      mode = EnumSource.Mode.EXCLUDE)
  void cannotBeToldForWhatDoesNotRun(MigrationStatus status) {
    assertThat(Progress.eta(aView().in(status).build())).isNull();
  }
}
