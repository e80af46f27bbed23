package dev.bbm.activities.ownership;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.bbm.activities.topology.Database;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A failover's write locks: on every table and partition of some gitlab_schemas, whoever owns them.
 * The shared schemas and unclassified tables are never locked.
 */
public final class SchemaLocks {

  private static final Logger log = LoggerFactory.getLogger(SchemaLocks.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * In milliseconds. A writer that is not in the way of itself commits within it; one that waits
   * for a table that is locked already cannot go on before all are let go.
   */
  private static final long FIRST_WAIT = 10;

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
        allAtOnce(true, tables.stream().filter(it -> !it.locked()).toList()),
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
    work(
        allAtOnce(false, list().stream().filter(WriteLock::triggered).toList()),
        new LockRounds(
            database,
            (locks, attempt) ->
                locks.unlockInFailover(failover, attempt.table(), attempt.patience())
                    ? LockAction.UNLOCKED
                    : LockAction.SKIPPED,
            LockAction.NEEDS_UNLOCK));
  }

  /** Those that are left to be done one by one: busy ones, or all when anything else was wrong. */
  private List<WriteLock> allAtOnce(boolean lock, List<WriteLock> tables) {
    if (tables.isEmpty()) {
      return tables;
    }
    try {
      List<Long> busy =
          relations(
              database
                  .transactions()
                  .inTransaction(session ->
                      session
                          .getMapper(WriteLockMapper.class)
                          .changeInFailover(failover, lock, json(tables), FIRST_WAIT)));
      return tables.stream().filter(it -> busy.contains(it.relation())).toList();
    } catch (ApplicationException failure) {
      log.info("Tables are taken one by one: {}", failure.getMessage());
      return tables;
    }
  }

  private static String json(List<WriteLock> tables) {
    ArrayNode array = JSON.createArrayNode();
    tables.forEach(it ->
        array.addObject().put("relation", it.relation()).put("gitlab_schema", it.gitlabSchema()));
    return array.toString();
  }

  private static List<Long> relations(String json) {
    try {
      return List.of(JSON.readValue(json, Long[].class));
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
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
