package dev.bbm.activities.ownership;

import dev.bbm.activities.topology.Database;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A failover's write locks: on every table and partition of some gitlab_schemas, whoever owns them.
 * The shared schemas and unclassified tables are never locked.
 */
public final class SchemaLocks {

  private final Database database;
  private final String failover;
  private final Predicate<String> schemas;

  /** Changes nothing yet; {@code failover} is its id. */
  public SchemaLocks(Database database, String failover, Predicate<String> schemas) {
    this.database = database;
    this.failover = failover;
    this.schemas = schemas;
  }

  /** Its tables, locked or not. */
  public List<WriteLock> list() {
    return database
        .transactions()
        .reading(session -> session.getMapper(WriteLockMapper.class).listClassified())
        .stream()
        .filter(table -> table.gitlabSchema() != null && schemas.test(table.gitlabSchema()))
        .toList();
  }

  /** Locks them all and returns how many there are; LOCK_TIMEOUT says which were busy. */
  public int lock() {
    List<WriteLock> tables = list();
    work(
        tables.stream().filter(it -> !it.locked()).toList(),
        new LockRounds(
            database,
            (locks, attempt) ->
                locks.lockInFailover(failover, attempt.table(), attempt.patience())
                    ? LockAction.LOCKED
                    : LockAction.SKIPPED,
            LockAction.NEEDS_LOCK));
    return tables.size();
  }

  /** Unlocks them all. */
  public void unlock() {
    List<WriteLock> tables = list().stream().filter(WriteLock::triggered).toList();
    work(
        tables,
        new LockRounds(
            database,
            (locks, attempt) ->
                locks.unlockInFailover(failover, attempt.table(), attempt.patience())
                    ? LockAction.UNLOCKED
                    : LockAction.SKIPPED,
            LockAction.NEEDS_UNLOCK));
  }

  private static void work(List<WriteLock> tables, LockRounds rounds) {
    List<LockOutcome> left;
    try {
      left = rounds.over(tables).stream().filter(it -> it.trouble() != null).toList();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw ApplicationException.of(ErrorCode.LOCK_TIMEOUT, "interrupted while locking tables");
    }
    if (!left.isEmpty()) {
      throw ApplicationException.of(
          ErrorCode.LOCK_TIMEOUT,
          left.stream()
              .map(it -> "%s: %s".formatted(it.table().table(), it.remark()))
              .collect(Collectors.joining("; ")));
    }
  }
}
