package dev.bbm.starter.benchmark.failover;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Locale;

/** Failovers one after the other, each on fresh servers. */
public final class FailoverBenchmark {

  private final Path folder;
  private final Load load;
  private final PrintWriter progress;

  /**
   * Starts nothing yet.
   *
   * @param folder for configuration and logs
   * @param progress is told each run's figures as it ends
   */
  public FailoverBenchmark(Path folder, Load load, PrintWriter progress) {
    this.folder = folder;
    this.load = load;
    this.progress = progress;
  }

  /** All runs; stops at one whose failover does not succeed. */
  public BenchmarkResult run(int runs) throws IOException, InterruptedException {
    Files.createDirectories(folder);
    var results = new ArrayList<RunResult>();
    for (int run = 1; run <= runs; run++) {
      RunResult result = FailoverRun.measure(folder, load);
      results.add(result);
      progress.printf(
          Locale.ROOT,
          "run %d  write-pause %s s, by hand %s s, whole failover %s s; rows once %,d, wrong %,d; writes %,d, lost %,d; load %.1f%n",
          run,
          ResultText.seconds(result.figure(Figure.WRITE_PAUSE)),
          ResultText.seconds(result.figure(Figure.HAND_MADE_SWITCH)),
          ResultText.seconds(result.figure(Figure.WHOLE_FAILOVER)),
          result.rows(),
          result.wrongRows(),
          result.writes(),
          result.lostWrites(),
          result.machineLoad());
      progress.flush();
    }
    return BenchmarkResult.of(load, results);
  }
}
