package dev.bbm.starter.demo;

import dev.bbm.starter.embedded.BbmProcess;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import dev.bbm.workflows.migration.MigrationStatus;
import dev.bbm.workflows.migration.MigrationView;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Shows the migrations of both servers until they have come as far as somebody waits for. */
record DemoWatch(DemoPlace main, DemoPlace ci, DemoProgress progress, InstantSource clock) {

  private static final Duration LOOK_EVERY = Duration.ofMillis(250);

  /** Far beyond what it takes anywhere; a demonstration that hangs is a failure. */
  private static final Duration LONGEST = Duration.ofMinutes(10);

  /** Waits until the two largest have come that far. */
  void await(BbmProcess worker, int percent) throws InterruptedException {
    await(
        worker,
        views ->
            views.stream()
                .filter(view -> List.of("routes", "ci_builds").contains(view.tableName()))
                .allMatch(view -> view.percent() != null && view.percent() >= percent));
  }

  /** Waits until all have ended. */
  void awaitEnd(BbmProcess worker) throws InterruptedException {
    await(
        worker,
        views -> views.stream().allMatch(view -> view.status() == MigrationStatus.FINISHED));
  }

  /** A failed one ends the demonstration. */
  private void await(BbmProcess worker, Predicate<List<MigrationView>> reached)
      throws InterruptedException {
    Instant since = clock.instant();
    List<MigrationView> views = migrations();
    while (!reached.test(views)) {
      progress.show(views, clock.instant());
      pause(worker, LOOK_EVERY, since);
      views = migrations();
      views.forEach(DemoWatch::refuseFailure);
    }
    progress.keep(views);
  }

  /** Of each server what it owns: not the copies that a failover leaves behind. */
  private List<MigrationView> migrations() {
    if (!ci.owns("gitlab_ci")) {
      return main.migrations();
    }
    var views = new ArrayList<>(main.migrations());
    views.removeIf(view -> !livesOnMain(view));
    ci.migrations().stream()
        .filter(view -> !view.gitlabSchema().equals("gitlab_main"))
        .forEach(views::add);
    return views;
  }

  private static boolean livesOnMain(MigrationView view) {
    return List.of("gitlab_main", "gitlab_shared").contains(view.gitlabSchema());
  }

  private static void refuseFailure(MigrationView view) {
    if (view.status() == MigrationStatus.FAILED) {
      throw ApplicationException.of(
          ErrorCode.MIGRATION_FAILED,
          "%s failed: %s".formatted(view.id(), view.reason()),
          "./bbm events " + view.id());
    }
  }

  void pause(BbmProcess worker, Duration time, Instant since) throws InterruptedException {
    if (!worker.isAlive()) {
      throw ApplicationException.of(
          ErrorCode.BUG, "the demonstration's worker ended by itself", "see .bbm/demo/worker.log");
    }
    if (clock.instant().isAfter(since.plus(LONGEST))) {
      throw ApplicationException.of(
          ErrorCode.NOT_FINISHED, "the demonstration did not end in 10 minutes", "./bbm list");
    }
    Thread.sleep(time);
  }
}
