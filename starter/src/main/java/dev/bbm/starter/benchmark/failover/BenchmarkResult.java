package dev.bbm.starter.benchmark.failover;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * All runs with their medians and maxima.
 *
 * @param exact whether each run changed every row once and lost no write
 * @param ratio of the median write-pause to the median switchover by hand
 */
public record BenchmarkResult(
    Load load,
    List<RunResult> runs,
    boolean exact,
    double ratio,
    Map<String, Duration> median,
    Map<String, Duration> maximum,
    Map<String, Duration> medianSteps,
    Map<String, Duration> maximumSteps) {

  public BenchmarkResult {
    runs = List.copyOf(runs);
  }

  static BenchmarkResult of(Load load, List<RunResult> runs) {
    Map<String, Duration> median = over(runs, RunResult::figures, BenchmarkResult::median);
    return new BenchmarkResult(
        load,
        runs,
        runs.stream().allMatch(run -> run.isExact(load)),
        ratio(
            median.getOrDefault(Figure.WRITE_PAUSE.key(), Duration.ZERO),
            median.getOrDefault(Figure.HAND_MADE_SWITCH.key(), Duration.ZERO)),
        median,
        over(runs, RunResult::figures, List::getLast),
        over(runs, RunResult::steps, BenchmarkResult::median),
        over(runs, RunResult::steps, List::getLast));
  }

  private static double ratio(Duration pause, Duration byHand) {
    return byHand.isZero() ? 0 : Math.round(100.0 * pause.toNanos() / byHand.toNanos()) / 100.0;
  }

  /** Each name's durations, sorted, as one. */
  private static Map<String, Duration> over(
      List<RunResult> runs,
      Function<RunResult, Map<String, Duration>> part,
      Function<List<Duration>, Duration> choice) {
    var result = new LinkedHashMap<String, Duration>();
    part.apply(runs.getFirst())
        .keySet()
        .forEach(name ->
            result.put(
                name,
                choice.apply(
                    runs.stream()
                        .map(run -> part.apply(run).getOrDefault(name, Duration.ZERO))
                        .sorted()
                        .toList())));
    return result;
  }

  private static Duration median(List<Duration> sorted) {
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : sorted.get(middle - 1).plus(sorted.get(middle)).dividedBy(2);
  }
}
