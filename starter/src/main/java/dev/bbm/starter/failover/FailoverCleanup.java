package dev.bbm.starter.failover;

import dev.bbm.activities.failover.FailoverMapper;
import dev.bbm.activities.failover.JournalEntry;
import dev.bbm.activities.failover.JournalMapper;
import dev.bbm.activities.topology.Database;
import dev.bbm.starter.config.Settings;
import dev.bbm.workflows.failover.FailoverScope;
import java.time.InstantSource;
import java.util.List;

/**
 * What a failover set aside on both sides: {@code transferred} on the source, {@code stale} on the
 * copy. Deleting it ends the rollback window.
 */
public final class FailoverCleanup implements AutoCloseable {

  private static final int BATCH = 1_000;

  private final JournalEntry entry;
  private final FailoverDatabases databases;

  private FailoverCleanup(JournalEntry entry, FailoverDatabases databases) {
    this.entry = entry;
    this.databases = databases;
  }

  /** Opens both servers. */
  public static FailoverCleanup of(Settings settings, JournalEntry entry) {
    return new FailoverCleanup(entry, FailoverDatabases.open(settings, entry.toRequest().scope()));
  }

  /** How many migrations are set aside on the source. */
  public long transferred() {
    return setAside(databases.servers().source());
  }

  /** How many migrations are set aside on the copy. */
  public long stale() {
    return setAside(databases.servers().copy());
  }

  private long setAside(Database database) {
    return database
        .transactions()
        .reading(session -> session.getMapper(JournalMapper.class).countSetAside(entry.id()));
  }

  /** Deletes them with their jobs, batch by batch; killed, the same again deletes what is left. */
  public void run(String by) {
    for (Database database : List.of(databases.servers().source(), databases.servers().copy())) {
      note(database, by);
      while (deleteBatch(database) > 0) {
        // A batch is a transaction: nobody waits long for its locks.
      }
    }
  }

  /** First, so that no rollback begins half-way. */
  private void note(Database database, String by) {
    var now = InstantSource.system().instant();
    database
        .transactions()
        .inTransaction(session ->
            session
                .getMapper(FailoverMapper.class)
                .recordStep(entry.id(), JournalEntry.CLEANUP, now, "", by));
  }

  private int deleteBatch(Database database) {
    return database
        .transactions()
        .inTransaction(
            session -> session.getMapper(FailoverMapper.class).cleanUp(entry.id(), BATCH));
  }

  /** Which failover. */
  public FailoverScope scope() {
    return entry.toRequest().scope();
  }

  @Override
  public void close() {
    databases.close();
  }
}
