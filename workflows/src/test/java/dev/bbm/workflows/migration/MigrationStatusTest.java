package dev.bbm.workflows.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MigrationStatusTest {

  @ParameterizedTest
  @CsvSource(
      useHeadersInDisplayName = true,
      textBlock =
          """
          status,      code, word,        runs,  isEnd
          PAUSED,      0,    paused,      false, false
          ACTIVE,      1,    active,      true,  false
          FINISHED,    3,    finished,    false, true
          FAILED,      4,    failed,      false, true
          FINALIZING,  5,    finalizing,  true,  false
          FINALIZED,   6,    finalized,   false, true
          TRANSFERRED, 7,    transferred, false, true
          QUARANTINED, 8,    quarantined, false, true
          STALE,       9,    stale,       false, true
          """)
  void isStoredAndBehavesAsGitLabs(
      MigrationStatus status, int code, String word, boolean runs, boolean isEnd) {
    assertThat(status.code()).isEqualTo(code);
    assertThat(MigrationStatus.of(code)).isEqualTo(status);
    assertThat(status.word()).isEqualTo(word);
    assertThat(status.runs()).isEqualTo(runs);
    assertThat(status.isEnd()).isEqualTo(isEnd);
  }

  @Test
  void hasNoOtherStates() {
    assertThat(MigrationStatus.values()).hasSize(9);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 2, 10})
  void refusesNumbersThatAreNoStatus(int code) {
    assertThatThrownBy(() -> MigrationStatus.of(code))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no migration status: " + code);
  }
}
