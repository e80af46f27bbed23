package dev.bbm.workflows.migration;

import java.util.function.UnaryOperator;

/** A migration's row in memory: every change grows its revision, as the SQL functions do. */
final class FakeRow {

  private MigrationView view = ViewBuilder.aView().build();

  synchronized MigrationView view() {
    return view;
  }

  synchronized MigrationView change(UnaryOperator<ViewBuilder> change) {
    view = change.apply(ViewBuilder.like(view)).nextRevision().build();
    return view;
  }

  /** What the sweep would announce. */
  synchronized Changed version() {
    return new Changed(view.epoch(), view.revision());
  }

  MigrationView enter(MigrationStatus status) {
    return change(row -> row.in(status));
  }

  MigrationView pause(String reason) {
    return change(row -> row.in(MigrationStatus.PAUSED).because(reason));
  }
}
