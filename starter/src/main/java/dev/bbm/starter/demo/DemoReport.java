package dev.bbm.starter.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What the demonstration measured: shown line by line, and kept as a file. */
final class DemoReport {

  private final List<String> lines = new ArrayList<>();
  private final StringBuilder appended = new StringBuilder();

  /** Adds a text in markdown of its own, which comes after the lines. */
  void append(String markdown) {
    appended.append('\n').append(markdown);
  }

  void add(String line) {
    lines.add(line);
  }

  String markdown() {
    var text = new StringBuilder("# What ./bbm demo measured\n\n");
    lines.forEach(line -> text.append("* ").append(line).append('\n'));
    return text.append(appended).toString();
  }

  static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.2f", duration.toMillis() / 1000.0);
  }
}
