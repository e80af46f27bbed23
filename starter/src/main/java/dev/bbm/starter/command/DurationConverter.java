package dev.bbm.starter.command;

import dev.bbm.starter.config.DurationText;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code 120s}, {@code 2m}, {@code 500ms}; a bare number means seconds. */
final class DurationConverter implements ITypeConverter<Duration> {

  @Override
  public Duration convert(String text) {
    return DurationText.parse(text)
        .orElseThrow(() ->
            new TypeConversionException(
                "\"%s\" is no duration; write 120s, 2m, 1h or 500ms".formatted(text)));
  }
}
