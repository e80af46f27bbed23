package dev.bbm.starter.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FiguresTest {

  @ParameterizedTest
  @CsvSource({
    "PT-3S, 0 s",
    "PT0.9S, 0 s",
    "PT59S, 59 s",
    "PT4M50S, 4 min",
    "PT2H5M, 2 h 5 min",
    "PT47H59M, 47 h 59 min",
    "PT50H, 2 d 2 h"
  })
  void saysHowLongRoughly(Duration duration, String text) {
    assertThat(Figures.roughly(duration)).isEqualTo(text);
  }

  @Test
  void showsTimesInUtcToTheSecond() {
    assertThat(Figures.time(Instant.parse("2026-11-21T10:41:07.123456Z")))
        .isEqualTo("2026-11-21T10:41:07Z");
    assertThat(Figures.time(null)).isEmpty();
  }

  @Test
  void groupsDigits() {
    assertThat(Figures.grouped(12_400_000)).isEqualTo("12,400,000");
  }
}
