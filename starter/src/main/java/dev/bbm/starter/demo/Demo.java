package dev.bbm.starter.demo;

import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import dev.bbm.workflows.migration.MigrationStatus;
import dev.bbm.workflows.migration.MigrationView;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/**
 * Runs two migrations on running servers, kills their worker in the middle, and checks every row.
 */
public final class Demo {

  private static final Duration LOOK_EVERY = Duration.ofMillis(250);

  /** Far beyond what it takes anywhere; a demonstration that hangs is a failure. */
  private static final Duration LONGEST = Duration.ofMinutes(10);

  private static final int KILL_AT_PERCENT = 40;

  private final List<DemoDatabase> databases;
  private final int rows;
  private final Path folder;
  private final PrintWriter out;
  private final DemoProgress progress;
  private final InstantSource clock;

  /**
   * @param rows of each table
   * @param folder where the worker finds the servers' addresses and writes its log
   */
  public Demo(
      DemoDatabases databases,
      int rows,
      Path folder,
      PrintWriter out,
      boolean terminal,
      InstantSource clock) {
    this.databases = databases.forRows(rows);
    this.rows = rows;
    this.folder = folder;
    this.out = out;
    this.progress = new DemoProgress(out, terminal);
    this.clock = clock;
  }

  /** Whether every row was changed exactly once. */
  public boolean run() throws IOException, InterruptedException {
    fillTables();
    queueMigrations();
    runWithAKilledWorker();
    return check();
  }

  private void fillTables() {
    CompletableFuture.allOf(
            databases.stream()
                .map(database -> CompletableFuture.runAsync(database::createAndFill))
                .toArray(CompletableFuture[]::new))
        .join();
    say("%,d routes in main, %,d ci_builds in ci.", rows, rows);
  }

  private void queueMigrations() {
    databases.forEach(DemoDatabase::queueMigration);
    say(
        "Queued by SQL, as a post-deploy hook would:%n%s",
        DemoSql.QUEUE_ROUTES.stripTrailing().indent(2).stripTrailing());
  }

  private void runWithAKilledWorker() throws IOException, InterruptedException {
    Path log = folder.resolve("worker.log");
    long killed;
    try (DemoWorker first = DemoWorker.start(folder.resolve("bbm.yml"), log)) {
      awaitProgress(first, KILL_AT_PERCENT);
      killed = first.pid();
      first.kill();
    }
    long rowsAtKill = changedRows();
    Instant killedAt = clock.instant();
    try (DemoWorker second = DemoWorker.start(folder.resolve("bbm.yml"), log)) {
      while (changedRows() == rowsAtKill) {
        pause(second, Duration.ofMillis(50), killedAt);
      }
      say(
          "kill -9 worker %d … worker %d committed after %s s",
          killed, second.pid(), seconds(Duration.between(killedAt, clock.instant())));
      awaitProgress(second, 100);
    }
  }

  /**
   * Shows progress until every migration has come that far; a failed one ends the demonstration.
   */
  private void awaitProgress(DemoWorker worker, int percent) throws InterruptedException {
    Instant since = clock.instant();
    List<MigrationView> views = migrations();
    while (!views.stream().allMatch(view -> hasReached(view, percent))) {
      progress.show(views, clock.instant());
      pause(worker, LOOK_EVERY, since);
      views = migrations();
      views.forEach(Demo::refuseFailure);
    }
    progress.keep(views);
  }

  private static boolean hasReached(MigrationView view, int percent) {
    return view.percent() != null && view.percent() >= percent;
  }

  private static void refuseFailure(MigrationView view) {
    if (view.status() == MigrationStatus.FAILED) {
      throw ApplicationException.of(
          ErrorCode.MIGRATION_FAILED,
          "%s failed: %s".formatted(view.id(), view.reason()),
          "./bbm events " + view.id());
    }
  }

  private void pause(DemoWorker worker, Duration time, Instant since) throws InterruptedException {
    if (!worker.isAlive()) {
      throw ApplicationException.of(
          ErrorCode.BUG,
          "the demonstration's worker ended by itself",
          "see " + folder.resolve("worker.log"));
    }
    if (clock.instant().isAfter(since.plus(LONGEST))) {
      throw ApplicationException.of(
          ErrorCode.NOT_FINISHED, "the demonstration did not end in 10 minutes", "./bbm list");
    }
    Thread.sleep(time);
  }

  private boolean check() {
    RowCheck sum =
        databases.stream()
            .map(DemoDatabase::checkRows)
            .reduce(new RowCheck(0, 0, 0), RowCheck::plus);
    long all = (long) rows * databases.size();
    say(
        "%,d rows: once %,d, twice or more %,d, missed %,d",
        all, sum.once(), sum.moreOften(), sum.missed());
    return sum.isExact(all);
  }

  private long changedRows() {
    return databases.stream().mapToLong(DemoDatabase::changedRows).sum();
  }

  private List<MigrationView> migrations() {
    return databases.stream().flatMap(database -> database.migrations().stream()).toList();
  }

  private void say(String format, Object... values) {
    out.printf(Locale.ROOT, format + "%n", values);
    out.flush();
  }

  private static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.1f", duration.toMillis() / 1000.0);
  }
}
