package dev.bbm.starter.command;

import dev.bbm.activities.topology.Database;
import dev.bbm.starter.benchmark.Benchmark;
import dev.bbm.starter.config.Surroundings;
import dev.bbm.starter.worker.BundledFiles;
import dev.bbm.starter.worker.InstalledServers;
import dev.bbm.starter.worker.WorkerService;
import dev.bbm.workflows.failure.ExitCode;
import io.micronaut.context.annotation.Prototype;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures this machine: a migration beside a PL/pgSQL loop and a JDBC loop over the same rows. */
@Prototype
@Command(
    name = "benchmark",
    description = "Measure a migration beside plain loops, on servers of its own.",
    subcommands = BenchmarkFailoverCommand.class,
    synopsisSubcommandLabel = "[COMMAND]",
    commandListHeading = "%nCommands:%n",
    footer = {
      "",
      "Leaves its PostgreSQL in .bbm/benchmark/data, for the next time.",
      "Prints medians of interleaved rounds and ratios to the PL/pgSQL loop, as docs/performance.md has them."
    })
final class BenchmarkCommand implements Callable<Integer> {

  @Option(
      names = "--rows",
      defaultValue = "1000000",
      paramLabel = "N",
      description = "Rows of the table; default ${DEFAULT-VALUE}.")
  private int rows;

  @Option(
      names = "--rounds",
      defaultValue = "5",
      paramLabel = "N",
      description = "Rounds that count; default ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--sub-batch-size",
      defaultValue = "1000",
      paramLabel = "N",
      description = "Rows per transaction; default ${DEFAULT-VALUE}.")
  private int subBatchSize;

  @Spec private CommandSpec spec;

  private final Surroundings surroundings;

  BenchmarkCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws Exception {
    Path folder = surroundings.folder().resolve(".bbm").resolve("benchmark");
    BundledFiles.copy(
        Benchmark.class,
        List.of("background_migrations/benchmark_narrow.sql", "gitlab_schemas.yml", "bbm.yml"),
        folder);
    var alone = new Surroundings(Map.of(), surroundings.folder());
    try (InstalledServers servers =
            // Kept in a folder, since only such a server syncs its commits to the disk, as a real
            // one does.
            InstalledServers.start(
                alone.folder(), folder.resolve("data"), folder.resolve("bbm.yml"), null);
        WorkerService worker = WorkerService.open(servers.settings(), alone)) {
      servers.closeAtExit();
      worker.start();
      Database main = servers.database("main");
      new Benchmark(main, rows, subBatchSize, spec.commandLine().getOut()).run(rounds);
    }
    return ExitCode.DONE.code();
  }
}
