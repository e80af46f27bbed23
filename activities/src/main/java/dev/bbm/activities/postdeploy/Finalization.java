package dev.bbm.activities.postdeploy;

import dev.bbm.activities.migration.InlineFinalization;
import dev.bbm.activities.migration.MigrationMapper;
import dev.bbm.activities.topology.Database;
import dev.bbm.workflows.migration.MigrationView;
import java.util.Optional;
import java.util.function.Consumer;

/** Does what the headers {@code ensure_finished} want, in one database. */
record Finalization(Database database, InlineFinalization inline, Consumer<DeployEvent> events) {

  /**
   * Throws NOT_FINISHED or MIGRATION_FAILED unless the batched migration is finalized afterwards.
   */
  void ensure(EnsureFinished wanted) {
    Optional<Long> number =
        database
            .transactions()
            .reading(session ->
                session
                    .getMapper(MigrationMapper.class)
                    .findNumberOf(
                        wanted.jobClass(), wanted.table(), wanted.column(), wanted.arguments()));
    if (number.isEmpty()) {
      events.accept(
          new DeployEvent.NothingToFinalize(database.name(), wanted.jobClass(), wanted.table()));
      return;
    }
    if (wanted.inline()) {
      inline.run(
          number.get(),
          view -> events.accept(new DeployEvent.Finalizing(database.name(), view)),
          other ->
              events.accept(
                  new DeployEvent.AwaitingFinalizer(database.name(), wanted.jobClass(), other)));
    }
    MigrationView view =
        database
            .transactions()
            .inTransaction(session -> {
              var migrations = session.getMapper(MigrationMapper.class);
              migrations.ensureFinished(
                  wanted.jobClass(), wanted.table(), wanted.column(), wanted.arguments());
              return migrations.findByNumber(number.get()).orElseThrow();
            });
    events.accept(new DeployEvent.Finalized(database.name(), view.id(), view.rows()));
  }
}
