package dev.bbm.starter.benchmark.failover;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/** The result as a table in Markdown, as docs/performance.md has it. */
public final class ResultText {

  private ResultText() {}

  /** Without a line break at its end. */
  public static String of(BenchmarkResult result) {
    var text = new StringBuilder("\n| figure | median s | maximum s |\n|---|---|---|\n");
    for (Figure figure : Figure.values()) {
      row(text, figure.label(), figure.key(), result.median(), result.maximum());
    }
    text.append("\n| part of the write-pause | median s | maximum s |\n|---|---|---|\n");
    result
        .medianSteps()
        .keySet()
        .forEach(step -> row(text, step, step, result.medianSteps(), result.maximumSteps()));
    return text.append(
            String.format(
                Locale.ROOT,
                "%n%d runs with %d migrations and %d writers; write-pause / by hand: %.2f; %s",
                result.runs().size(),
                result.load().migrations(),
                result.load().writers(),
                result.ratio(),
                result.exact()
                    ? "every row changed once, no write lost"
                    : "NOT EXACT: see the runs"))
        .toString();
  }

  private static void row(
      StringBuilder text,
      String label,
      String key,
      Map<String, Duration> median,
      Map<String, Duration> maximum) {
    text.append(
        "| %s | %s | %s |%n"
            .formatted(
                label,
                seconds(median.getOrDefault(key, Duration.ZERO)),
                seconds(maximum.getOrDefault(key, Duration.ZERO))));
  }

  static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.2f", duration.toMillis() / 1000.0);
  }
}
