package dev.bbm.starter.command;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Numbers and times as people read them, in UTC. */
final class Figures {

  private static final DateTimeFormatter TIME_OF_DAY =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

  private static final List<String> UNITS = List.of("bytes", "kB", "MB", "GB", "TB");

  private Figures() {}

  static String grouped(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** As pg_size_pretty writes it: {@code 16 kB}. */
  static String bytes(long bytes) {
    int unit = 0;
    long shown = bytes;
    while (shown >= 10_240 && unit < UNITS.size() - 1) {
      shown /= 1_024;
      unit++;
    }
    return "%d %s".formatted(shown, UNITS.get(unit));
  }

  /** {@code 2026-11-21T10:41:07Z}; empty for none. */
  static String time(@Nullable Instant instant) {
    return instant == null ? "" : instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  static String timeOfDay(Instant instant) {
    return TIME_OF_DAY.format(instant);
  }

  /** Its two largest units at most: {@code 4 min}, {@code 2 h 5 min}. */
  static String roughly(Duration duration) {
    if (duration.toSeconds() < 60) {
      return Math.max(0, duration.toSeconds()) + " s";
    }
    if (duration.toMinutes() < 60) {
      return duration.toMinutes() + " min";
    }
    if (duration.toHours() < 48) {
      return duration.toHours() + " h " + duration.toMinutesPart() + " min";
    }
    return duration.toDays() + " d " + duration.toHoursPart() + " h";
  }
}
