package dev.bbm.starter.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.bbm.starter.embedded.BbmProcess;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/**
 * Four migrations, beside an application that writes: their worker is killed in the middle, then ci
 * moves to a server of its own, and at the end every row is looked at.
 */
public final class Demo {

  private static final String REPORT = "demo-report.md";
  private static final int KILL_AT_PERCENT = 25;
  private static final int FAIL_OVER_AT_PERCENT = 35;

  private final DemoPlace main;
  private final DemoPlace ci;
  private final int rows;
  private final Path project;
  private final Path folder;
  private final PrintWriter out;
  private final DemoWatch watch;
  private final InstantSource clock;
  private final DemoReport report = new DemoReport();

  /**
   * @param main where everything is at first
   * @param ci its standby
   * @param rows of the largest tables
   * @param project where other commands find the servers; the report is written there
   * @param folder where the worker finds the servers' addresses and writes its log
   */
  public Demo(
      DemoPlace main,
      DemoPlace ci,
      int rows,
      Path project,
      Path folder,
      PrintWriter out,
      boolean terminal,
      InstantSource clock) {
    this.main = main;
    this.ci = ci;
    this.rows = rows;
    this.project = project;
    this.folder = folder;
    this.out = out;
    this.watch = new DemoWatch(main, ci, new DemoProgress(out, terminal), clock);
    this.clock = clock;
  }

  /** Whether every row was changed exactly once, and nothing else was. */
  public boolean run() throws IOException, InterruptedException {
    Instant begun = clock.instant();
    fillTables();
    queueMigrations();
    boolean exact;
    try (var routes = routesWriter();
        var builds = buildsWriter()) {
      boolean refused = migrateAndFailOver();
      routes.end();
      builds.end();
      boolean kept = checkWriters(routes, builds);
      exact = checkRows() && kept && refused;
    }
    say("Took %s s without the servers' start.", seconds(begun));
    Files.writeString(project.resolve(REPORT), report.markdown(), UTF_8);
    out.println("Report: " + REPORT);
    return exact;
  }

  private void fillTables() {
    CompletableFuture.allOf(
            Arrays.stream(DemoTable.values())
                .map(table -> CompletableFuture.runAsync(() -> table.createAndFill(main, rows)))
                .toArray(CompletableFuture[]::new))
        .join();
    say(
        "%,d routes, %,d ci_builds, %,d ci_pipelines, %,d loose_foreign_keys_deleted_records (gitlab_shared); writers on.",
        DemoTable.ROUTES.rows(rows),
        DemoTable.BUILDS.rows(rows),
        DemoTable.PIPELINES.rows(rows),
        DemoTable.DELETED_RECORDS.rows(rows));
  }

  private void queueMigrations() {
    for (DemoTable table : DemoTable.values()) {
      table.queue(main);
    }
    main.run(DemoMapper::mislabelPipelines);
    out.println("Queued by SQL, as a post-deploy hook would:");
    out.println(DemoSql.QUEUE_ROUTES.stripTrailing().indent(2).stripTrailing());
    out.flush();
  }

  private DemoWriter routesWriter() {
    return new DemoWriter(
        "gitlab_main",
        List.of(main),
        DemoTable.ROUTES.rows(rows),
        DemoMapper::touchRoute,
        DemoMapper::countTouchedRoutes);
  }

  private DemoWriter buildsWriter() {
    return new DemoWriter(
        "gitlab_ci",
        List.of(main, ci),
        DemoTable.BUILDS.rows(rows),
        DemoMapper::touchBuild,
        DemoMapper::countTouchedBuilds);
  }

  /** Whether every zombie was refused. */
  private boolean migrateAndFailOver() throws IOException, InterruptedException {
    long killed;
    try (BbmProcess first = startWorker()) {
      watch.await(first, KILL_AT_PERCENT);
      killed = first.pid();
      first.kill();
    }
    Instant killedAt = clock.instant();
    String killedWorker = main.run(DemoMapper::findWorkers);
    try (BbmProcess second = startWorker()) {
      while (!main.run(mapper -> mapper.hasNewWorkerCommitted(killedWorker))) {
        watch.pause(second, Duration.ofMillis(50), killedAt);
      }
      say(
          "kill -9 worker %d … worker %d committed after %s s",
          killed, second.pid(), seconds(killedAt));
      watch.await(second, FAIL_OVER_AT_PERCENT);
      try (var zombies = new DemoZombies(main, ci, main.run(DemoMapper::listHeldJobs).getFirst())) {
        report.append(new DemoFailover(project, folder, out).run());
        watch.awaitEnd(second);
        say(
            "%,d zombie attempts, %,d refused",
            zombies.refused() + zombies.written(), zombies.refused());
        return zombies.written() == 0 && zombies.refused() > 0;
      }
    }
  }

  private BbmProcess startWorker() throws IOException {
    return BbmProcess.start(
        project,
        ProcessBuilder.Redirect.appendTo(folder.resolve("worker.log").toFile()),
        List.of(
            "worker",
            "--config",
            folder.resolve("bbm.yml").toAbsolutePath().toString(),
            "--end-with-stdin"));
  }

  private boolean checkRows() {
    long changedOnMain = DemoTable.BUILDS.check(main).once();
    say(
        "%,d ci_builds were changed on main, the other %,d on ci",
        changedOnMain, DemoTable.BUILDS.rows(rows) - changedOnMain);
    RowCheck sum = new RowCheck(0, 0, 0);
    long all = 0;
    for (DemoTable table : DemoTable.values()) {
      if (table.endsOnMain()) {
        sum = sum.plus(table.check(main));
        all += table.rows(rows);
      }
      if (table.endsOnCi()) {
        sum = sum.plus(table.check(ci));
        all += table.rows(rows);
      }
    }
    say(
        "%,d rows: once %,d, twice or more %,d, missed %,d",
        all, sum.once(), sum.moreOften(), sum.missed());
    return sum.isExact(all);
  }

  private boolean checkWriters(DemoWriter routes, DemoWriter builds) {
    say(
        "The application wrote %,d routes and %,d ci_builds; lost %,d; its longest wait: routes %s s, ci_builds %s s",
        routes.written(),
        builds.written(),
        routes.lost() + builds.lost(),
        DemoReport.seconds(routes.longestPause()),
        DemoReport.seconds(builds.longestPause()));
    return routes.lost() == 0 && builds.lost() == 0;
  }

  private void say(String format, Object... values) {
    String line = String.format(Locale.ROOT, format + "%n", values);
    report.add(line.strip());
    out.print(line);
    out.flush();
  }

  private String seconds(Instant since) {
    return DemoReport.seconds(Duration.between(since, clock.instant()));
  }
}
