package dev.bbm.starter.config;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads {@code 120s}, {@code 2m}, {@code 500ms}; a bare number means seconds. */
public final class DurationText {

  private static final Pattern FORM = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d|)");

  private DurationText() {}

  /** Empty for what is no duration. */
  public static Optional<Duration> parse(String text) {
    var matcher = FORM.matcher(text);
    return matcher.matches()
        ? Optional.of(of(Long.parseLong(matcher.group(1)), matcher.group(2)))
        : Optional.empty();
  }

  private static Duration of(long amount, String unit) {
    return switch (unit) {
      case "ms" -> Duration.ofMillis(amount);
      case "m" -> Duration.ofMinutes(amount);
      case "h" -> Duration.ofHours(amount);
      case "d" -> Duration.ofDays(amount);
      default -> Duration.ofSeconds(amount);
    };
  }
}
