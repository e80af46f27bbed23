package dev.bbm.starter.command;

import dev.bbm.starter.benchmark.failover.BenchmarkResult;
import dev.bbm.starter.benchmark.failover.FailoverBenchmark;
import dev.bbm.starter.benchmark.failover.Load;
import dev.bbm.starter.benchmark.failover.ResultText;
import dev.bbm.starter.config.Surroundings;
import dev.bbm.workflows.failure.ExitCode;
import io.micronaut.context.annotation.Prototype;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures how long a failover stops the writes on this machine. */
@Prototype
@Command(
    name = "failover",
    description =
        "Measure the write-pause of ./bbm failover start, on a fresh pair of servers per run.",
    footer = {
      "",
      "In each run half of the migrations and writers move to the standby, half done; beside it, the same switch by hand.",
      "Prints medians and maxima, as docs/performance.md has them. Its worker writes worker.log in .bbm/benchmark/failover."
    },
    exitCodeList = {
      "0:measured; every row was changed exactly once, and no write was lost",
      "1:some row was not, or a failover did not succeed",
      "2:a number is out of bounds; nothing was started",
      "69:a server could not be started"
    })
final class BenchmarkFailoverCommand implements Callable<Integer> {

  private static final int MOST_RUNS = 1_000;

  @Option(
      names = "--runs",
      defaultValue = "10",
      paramLabel = "N",
      description = "Failovers, one after the other; default ${DEFAULT-VALUE}.")
  private int runs;

  @Option(
      names = "--migrations",
      defaultValue = "50",
      paramLabel = "N",
      description = "Active migrations, 2 to 64, half of them of ci; default ${DEFAULT-VALUE}.")
  private int migrations;

  @Option(
      names = "--writers",
      defaultValue = "8",
      paramLabel = "N",
      description = "Writers of the application, half of them on ci; default ${DEFAULT-VALUE}.")
  private int writers;

  @Option(
      names = "--rows",
      defaultValue = "6000",
      paramLabel = "N",
      description = "Rows of each migration's table; default ${DEFAULT-VALUE}.")
  private int rows;

  @Mixin private OutputOptions output;

  private final Surroundings surroundings;

  BenchmarkFailoverCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Load.require("--runs", runs, 1, MOST_RUNS, "each takes about a minute");
    var load = new Load(migrations, writers, rows);
    var folder = surroundings.folder().resolve(".bbm").resolve("benchmark").resolve("failover");
    BenchmarkResult result =
        new FailoverBenchmark(folder, load, output.isJson() ? output.err() : output.out())
            .run(runs);
    output.print(result, () -> ResultText.of(result));
    return (result.exact() ? ExitCode.DONE : ExitCode.FAILED).code();
  }
}
