package dev.bbm.starter.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

final class DurationConverterTest {

  @ParameterizedTest
  @CsvSource({"120s, PT2M", "2m, PT2M", "120, PT2M", "1h, PT1H", "500ms, PT0.5S", "7d, PT168H"})
  void readsAmountAndUnit(String text, Duration duration) {
    assertThat(new DurationConverter().convert(text)).isEqualTo(duration);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "soon", "-1s", "1.5s", "2 m", "9999999999s", "PT2M"})
  void refusesAnythingElse(String text) {
    assertThatThrownBy(() -> new DurationConverter().convert(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessage("\"%s\" is no duration; write 120s, 2m, 1h or 500ms".formatted(text));
  }
}
