package dev.bbm.workflows.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class JobStatusTest {

  @ParameterizedTest
  @CsvSource({
    "PENDING, 0, pending",
    "RUNNING, 1, running",
    "FAILED, 2, failed",
    "SUCCEEDED, 3, succeeded"
  })
  void isStoredAsGitLabs(JobStatus status, int code, String word) {
    assertThat(status.code()).isEqualTo(code);
    assertThat(JobStatus.of(code)).isEqualTo(status);
    assertThat(status.word()).isEqualTo(word);
  }

  @Test
  void refusesNumbersThatAreNoStatus() {
    assertThatThrownBy(() -> JobStatus.of(4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no job status: 4");
  }
}
