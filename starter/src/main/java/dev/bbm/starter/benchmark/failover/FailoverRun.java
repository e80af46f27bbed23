package dev.bbm.starter.benchmark.failover;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.bbm.starter.embedded.BbmProcess;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** One failover on fresh servers, by the command that an operator types, under a load. */
final class FailoverRun {

  /** By then every migration is under way, and the servers' caches are warm. */
  private static final int HAND_MADE_AT_PERCENT = 25;

  private static final int FAIL_OVER_AT_PERCENT = 45;
  private static final Duration LOOK_EVERY = Duration.ofMillis(250);

  /** Far beyond what it takes anywhere. */
  private static final Duration LONGEST = Duration.ofMinutes(10);

  private static final InstantSource CLOCK = InstantSource.system();

  private final Path folder;
  private final Load load;
  private final BenchmarkServers servers;
  private final BenchmarkPlace main;
  private final BenchmarkPlace ci;

  private FailoverRun(
      Path folder, Load load, BenchmarkServers servers, BenchmarkPlace main, BenchmarkPlace ci) {
    this.folder = folder;
    this.load = load;
    this.servers = servers;
    this.main = main;
    this.ci = ci;
  }

  /**
   * Starts everything, fails over, waits until every migration has ended, and looks at every row.
   */
  static RunResult measure(Path folder, Load load) throws IOException, InterruptedException {
    try (var servers = BenchmarkServers.start(folder, load);
        var main = servers.main(load.writers() + 4);
        var ci = servers.ci(load.writers() + 4)) {
      return new FailoverRun(folder, load, servers, main, ci).run();
    }
  }

  private RunResult run() throws IOException, InterruptedException {
    fillAndQueue();
    try (var worker =
            start(
                Redirect.appendTo(folder.resolve("worker.log").toFile()),
                "worker",
                "--end-with-stdin");
        var ciWriters =
            new Application(
                load, Side.CI, new Route(Side.CI.gitlabSchema(), List.of(main, ci)), CLOCK);
        var mainWriters =
            new Application(
                load, Side.MAIN, new Route(Side.MAIN.gitlabSchema(), List.of(main)), CLOCK)) {
      awaitPercent(worker, HAND_MADE_AT_PERCENT);
      Duration byHand = new HandMadeSwitch(servers, main, ciWriters).measure();
      awaitPercent(worker, FAIL_OVER_AT_PERCENT);
      double machine = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
      failOver();
      FailoverJournal journal = FailoverJournal.of(main);
      hurry();
      awaitEnd(worker);
      ciWriters.end();
      mainWriters.end();
      return new Evaluation(load, main, ci, journal, ciWriters, mainWriters)
          .result(machine, byHand);
    }
  }

  private void fillAndQueue() {
    main.run(FailoverBenchmarkMapper::createFunctions);
    for (Side side : Side.values()) {
      main.run(mapper -> mapper.createTables(load.tables(side), side.events(), load.rows()));
    }
    load.tables()
        .forEach(table ->
            main.run(mapper ->
                mapper.queue(
                    table.jobClass(), table.name(), Load.SUB_BATCH_SIZE, Load.PAUSE_MILLIS)));
  }

  private BbmProcess start(Redirect output, String... words) throws IOException {
    var all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--config", folder.resolve("bbm.yml").toAbsolutePath().toString()));
    return BbmProcess.start(folder, output, all);
  }

  private void failOver() throws IOException, InterruptedException {
    try (var failover =
        start(
            Redirect.PIPE,
            "failover",
            "start",
            "ci",
            "--yes",
            "--report",
            folder.resolve("failover.md").toString())) {
      String output = new String(failover.process().getInputStream().readAllBytes(), UTF_8);
      int status = failover.process().waitFor();
      if (status != 0) {
        throw ApplicationException.of(
            ErrorCode.MIGRATION_FAILED,
            "the failover ended with exit code %d:%n%s".formatted(status, output),
            "./bbm benchmark failover, when the machine has less to do");
      }
    }
  }

  private void awaitPercent(BbmProcess worker, int percent) throws InterruptedException {
    Instant since = CLOCK.instant();
    while (progress(main, Side.CI).leastRows() * 100 < (long) percent * load.rows()
        || progress(main, Side.MAIN).leastRows() * 100 < (long) percent * load.rows()) {
      pause(worker, since);
    }
  }

  private void awaitEnd(BbmProcess worker) throws InterruptedException {
    Instant since = CLOCK.instant();
    while (progress(main, Side.MAIN).finished() < load.migrations(Side.MAIN)
        || progress(ci, Side.CI).finished() < load.migrations(Side.CI)) {
      pause(worker, since);
    }
  }

  /** What is measured is over: the rest need not last. */
  private void hurry() {
    List.of(main, ci).forEach(place -> place.run(FailoverBenchmarkMapper::withoutPauses));
  }

  private static SideProgress progress(BenchmarkPlace place, Side side) {
    SideProgress progress = place.run(mapper -> mapper.loadProgress(side.gitlabSchema()));
    if (progress.failed() > 0) {
      throw ApplicationException.of(
          ErrorCode.BUG, "%d migrations of %s failed".formatted(progress.failed(), side));
    }
    return progress;
  }

  private void pause(BbmProcess worker, Instant since) throws InterruptedException {
    if (!worker.isAlive()) {
      throw ApplicationException.of(
          ErrorCode.BUG,
          "the benchmark's worker ended by itself",
          "see " + folder.resolve("worker.log"));
    }
    if (CLOCK.instant().isAfter(since.plus(LONGEST))) {
      throw ApplicationException.of(
          ErrorCode.NOT_FINISHED,
          "the migrations did not come on in 10 minutes",
          "see " + folder.resolve("worker.log"));
    }
    Thread.sleep(LOOK_EVERY);
  }
}
