package dev.bbm.starter.command;

import dev.bbm.workflows.migration.MigrationView;
import java.io.PrintWriter;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Shows a migration as it goes: each state on a line of its own, and its progress between them. */
final class ProgressPrinter {

  private static final String CLEAR_LINE = "\r\u001b[K";

  private final PrintWriter out;
  private final boolean interactive;
  private @Nullable MigrationView last;
  private String bar = "";

  /** On a terminal the bar is drawn over; elsewhere each change is a line. */
  ProgressPrinter(PrintWriter out, boolean interactive) {
    this.out = out;
    this.interactive = interactive;
  }

  /** Shows what is new in the view. */
  void show(MigrationView view) {
    if (view.status().isEnd()) {
      erase();
    }
    if (last == null || isAnotherState(last, view)) {
      boolean unremarkable = last == null && StatusText.state(view).equals("active");
      if (!unremarkable) {
        say(StatusText.state(view));
      }
    }
    if (!view.status().isEnd()) {
      draw(view);
    }
    last = view;
  }

  /** A line that stays; the bar moves below it. */
  void say(String line) {
    String moving = bar;
    erase();
    out.println(line);
    out.print(moving);
    bar = moving;
    out.flush();
  }

  private void erase() {
    if (!bar.isEmpty()) {
      out.print(CLEAR_LINE);
      bar = "";
    }
  }

  private void draw(MigrationView view) {
    String drawn = StatusText.progress(view);
    if (interactive) {
      out.print(CLEAR_LINE + drawn);
      bar = drawn;
    } else if (last == null || !Objects.equals(last.percent(), view.percent())) {
      out.println(drawn);
    }
    out.flush();
  }

  private static boolean isAnotherState(MigrationView last, MigrationView view) {
    return last.status() != view.status() || !Objects.equals(last.reason(), view.reason());
  }
}
