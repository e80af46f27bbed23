package dev.bbm.starter.benchmark.failover;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one run measured.
 *
 * @param machineLoad of the machine over the last minute, as the failover began; negative where it
 *     is unknown
 * @param rows that were changed exactly once, where they live
 * @param wrongRows that were not
 * @param mainSubBatches of gitlab_main that were run during the failover, and in as long a time
 *     before; without any there is nothing to compare
 * @param mainSubBatchesBefore see there
 * @param lostWrites that were committed and are not there
 * @param figures by the names of {@link Figure}
 * @param steps of the write-pause, each from the end of the one before to its own end
 */
public record RunResult(
    double machineLoad,
    long rows,
    long wrongRows,
    long writes,
    long lostWrites,
    long mainSubBatches,
    long mainSubBatchesBefore,
    Map<String, Duration> figures,
    Map<String, Duration> steps) {

  public RunResult {
    figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
    steps = Collections.unmodifiableMap(new LinkedHashMap<>(steps));
  }

  Duration figure(Figure figure) {
    return figures.getOrDefault(figure.key(), Duration.ZERO);
  }

  boolean isExact(Load wanted) {
    return wrongRows == 0 && lostWrites == 0 && rows == (long) wanted.migrations() * wanted.rows();
  }
}
