package dev.bbm.activities.postdeploy;

import dev.bbm.activities.failure.SqlStates;
import dev.bbm.activities.topology.Database;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension;
import org.jspecify.annotations.Nullable;

/**
 * One call of Flyway: it locks, records and orders; each file's change and record commit together.
 */
final class FlywayRun {

  /** Tries, one second apart, to get the lock that another migrate holds. */
  private static final int LOCK_TRIES = 60;

  private final Database database;
  private final List<HistoryRow> done;
  private final Consumer<DeployEvent> events;

  /** Of the file that is not committed yet. */
  private final List<DeployEvent> untold = new ArrayList<>();

  /** What performs now; null between two, so also while PostgreSQL commits. */
  private @Nullable Work underWay;

  FlywayRun(Database database, List<HistoryRow> done, Consumer<DeployEvent> events) {
    this.database = database;
    this.done = done;
    this.events = events;
  }

  /**
   * Does these files, oldest first; throws at the first that fails, of which nothing is recorded.
   */
  void run(List<Work> batch) {
    var next = new LinkedHashMap<MigrationFile, FlywayFiles.Doing>();
    batch.forEach(work -> next.put(work.script().file(), new Telling(work)));
    try {
      flyway(next).migrate();
    } catch (RuntimeException thrown) {
      if (underWay != null) {
        events.accept(underWay.failed());
      }
      throw translated(thrown);
    }
    tell();
  }

  private Flyway flyway(Map<MigrationFile, FlywayFiles.Doing> next) {
    FluentConfiguration flyway =
        Flyway.configure(FlywayRun.class.getClassLoader())
            .dataSource(database.direct())
            .schemas("bbm")
            .createSchemas(false)
            .table("migration_history")
            .outOfOrder(true)
            .ignoreMigrationPatterns("*:missing", "*:future")
            .skipDefaultResolvers(true)
            .resolvers(new FlywayFiles(done, next))
            .lockRetryCount(LOCK_TRIES);
    // A session's lock instead of a transaction's: under that CREATE INDEX CONCURRENTLY would wait
    // for Flyway's own transaction for ever. It also makes Flyway keep to one connection, so that a
    // file's changes and its row in the history are one transaction.
    flyway
        .getPluginRegister()
        .getExact(PostgreSQLConfigurationExtension.class)
        .setTransactionalLock(false);
    return flyway.load();
  }

  /** Flyway begins a file only after the one before it is committed. */
  private void tell() {
    untold.forEach(events);
    untold.clear();
  }

  private RuntimeException translated(RuntimeException thrown) {
    RuntimeException known = FlywayFiles.unwrapped(thrown);
    if (known instanceof ApplicationException) {
      return known;
    }
    boolean isLock =
        thrown instanceof FlywayException
            && String.valueOf(thrown.getMessage()).contains("advisory lock");
    return isLock
        ? ApplicationException.of(
            ErrorCode.LOCK_TIMEOUT,
            "another migrate has been running in database \"%s\" for %d s"
                .formatted(database.name(), LOCK_TRIES),
            "./bbm migrate again when it has ended",
            null,
            thrown)
        : SqlStates.translate(database.name(), thrown);
  }

  private final class Telling implements FlywayFiles.Doing {

    private final Work work;

    Telling(Work work) {
      this.work = work;
    }

    @Override
    public boolean isOneTransaction() {
      return work.isOneTransaction();
    }

    @Override
    public void on(Connection connection) throws SQLException {
      tell();
      underWay = work;
      untold.addAll(work.perform(connection));
      underWay = null;
    }
  }
}
