package dev.bbm.starter.demo;

import dev.bbm.workflows.migration.MigrationView;
import dev.bbm.workflows.migration.Progress;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A line per migration: redrawn in place on a terminal, printed anew every few seconds elsewhere.
 */
final class DemoProgress {

  private static final int BAR = 20;
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(3);

  private final PrintWriter out;
  private final boolean terminal;
  private int drawn;
  private @Nullable Instant printedAt;

  DemoProgress(PrintWriter out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  void show(List<MigrationView> views, Instant now) {
    if (terminal) {
      redraw(views);
    } else if (printedAt == null || !now.isBefore(printedAt.plus(BETWEEN_LINES))) {
      views.forEach(view -> out.println(line(view)));
      printedAt = now;
    }
    out.flush();
  }

  /** Leaves what is drawn; the next lines come below it. */
  void keep(List<MigrationView> views) {
    if (terminal) {
      redraw(views);
    } else {
      views.forEach(view -> out.println(line(view)));
    }
    drawn = 0;
    out.flush();
  }

  private void redraw(List<MigrationView> views) {
    if (drawn > 0) {
      out.print("\033[" + drawn + "A");
    }
    views.forEach(view -> out.print("\033[2K" + line(view) + "\n"));
    drawn = views.size();
  }

  private static String line(MigrationView view) {
    int percent = view.percent() == null ? 0 : view.percent();
    int done = percent * BAR / 100;
    return String.format(
        Locale.ROOT,
        "%-7s %-30s %-13s %s%s %3d %% %,8d/s  %s",
        view.id(),
        view.jobClassName(),
        view.gitlabSchema(),
        "█".repeat(done),
        "░".repeat(BAR - done),
        percent,
        view.rowsPerSecond() == null ? 0 : view.rowsPerSecond(),
        ending(view));
  }

  private static String ending(MigrationView view) {
    Instant eta = Progress.eta(view);
    if (view.status().isEnd()) {
      return view.status().word();
    }
    return eta == null ? "" : "ETA %d s".formatted(Duration.between(view.asOf(), eta).toSeconds());
  }
}
