package dev.bbm.workflows.migration;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ChangedTest {

  @ParameterizedTest
  @CsvSource(
      useHeadersInDisplayName = true,
      textBlock =
          """
          epoch, revision, other epoch, other revision, at least
          1,     5,        1,           5,              true
          1,     6,        1,           5,              true
          1,     4,        1,           5,              false
          2,     1,        1,           900,            true
          1,     900,      2,           1,              false
          """)
  void isOrderedByEpochBeforeRevision(
      long epoch, long revision, long otherEpoch, long otherRevision, boolean atLeast) {
    var other = new Changed(otherEpoch, otherRevision);
    MigrationView view = ViewBuilder.aView().at(epoch, revision).build();
    MigrationView otherView = ViewBuilder.aView().at(otherEpoch, otherRevision).build();

    assertThat(new Changed(epoch, revision).isAtLeast(other)).isEqualTo(atLeast);
    assertThat(view.shows(other)).isEqualTo(atLeast);
    assertThat(view.isNoOlderThan(otherView)).isEqualTo(atLeast);
  }
}
