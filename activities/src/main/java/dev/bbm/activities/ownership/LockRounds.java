package dev.bbm.activities.ownership;

import dev.bbm.activities.topology.Database;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCategory;
import dev.bbm.workflows.failure.ErrorCode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/**
 * Rounds over tables of which each needs a strong lock for a moment, in a transaction of its own. A
 * busy table holds up no other: it is tried again in the next round.
 */
final class LockRounds {

  /**
   * Whoever waits for a strong lock lets no new writer in: so the first waits are short. The last
   * outlast deadlock_timeout, after which PostgreSQL cancels an autovacuum that is in the way (one
   * against wraparound it does not cancel).
   */
  private static final List<Long> SHORT_WAITS = List.of(50L, 100L, 200L, 400L);

  private static final int LONG_WAITS = 3;
  private static final long BEYOND_DEADLOCK_TIMEOUT = 500;

  /** Before each further round, for those to get through that have queued up. */
  private static final List<Long> PAUSES = List.of(100L, 200L, 400L, 800L, 1_600L, 1_600L);

  private static final String UNDEFINED_TABLE = "42P01";

  private final Database database;
  private final BiFunction<WriteLockMapper, Attempt, LockAction> work;
  private final LockAction leftUndone;
  private final Map<WriteLock, LockOutcome> outcomes = new LinkedHashMap<>();

  /** One try at a table, waiting for its lock so many milliseconds. */
  record Attempt(WriteLock table, long patience) {}

  /**
   * @param work in a transaction of its own
   * @param leftUndone what is said of a table whose lock was not to be had
   */
  LockRounds(
      Database database,
      BiFunction<WriteLockMapper, Attempt, LockAction> work,
      LockAction leftUndone) {
    this.database = database;
    this.work = work;
    this.leftUndone = leftUndone;
  }

  /** What became of each, in their order. */
  List<LockOutcome> over(List<WriteLock> tables) throws InterruptedException {
    if (tables.isEmpty()) {
      return List.of();
    }
    List<Long> waits = waits();
    List<WriteLock> left = round(tables, waits.getFirst());
    for (int n = 1; n < waits.size() && !left.isEmpty(); n++) {
      Thread.sleep(PAUSES.get(n - 1));
      left = round(left, waits.get(n));
    }
    left.forEach(table -> outcomes.put(table, notGranted(table)));
    return tables.stream().map(outcomes::get).toList();
  }

  private List<Long> waits() {
    long deadlockTimeout =
        database
            .transactions()
            .reading(session -> session.getMapper(WriteLockMapper.class).loadDeadlockTimeout());
    return Stream.concat(
            SHORT_WAITS.stream(),
            Stream.generate(() -> deadlockTimeout + BEYOND_DEADLOCK_TIMEOUT).limit(LONG_WAITS))
        .toList();
  }

  /** Those that were too busy. */
  private List<WriteLock> round(List<WriteLock> tables, long patience) {
    var busy = new ArrayList<WriteLock>();
    for (WriteLock table : tables) {
      try {
        LockAction done =
            database
                .transactions()
                .inTransaction(session ->
                    work.apply(
                        session.getMapper(WriteLockMapper.class), new Attempt(table, patience)));
        outcomes.put(table, new LockOutcome(table, done));
      } catch (ApplicationException failure) {
        if (isBusy(failure)) {
          busy.add(table);
        } else {
          outcomes.put(table, failed(table, failure));
        }
      }
    }
    return busy;
  }

  private static boolean isBusy(ApplicationException failure) {
    return failure.code() == ErrorCode.LOCK_TIMEOUT || failure.code() == ErrorCode.DEADLOCK;
  }

  /** Of this table alone, as a missing right is; what concerns all tables is thrown. */
  private LockOutcome failed(WriteLock table, ApplicationException failure) {
    if (UNDEFINED_TABLE.equals(failure.sqlState().orElse(""))) {
      return new LockOutcome(table, LockAction.SKIPPED, "it is gone", null);
    }
    if (failure.code().category() != ErrorCategory.USER) {
      throw failure;
    }
    return new LockOutcome(table, leftUndone, failure.getMessage(), failure.code());
  }

  private LockOutcome notGranted(WriteLock table) {
    String holders =
        database
            .transactions()
            .reading(session ->
                session
                    .getMapper(WriteLockMapper.class)
                    .listHolders(table.relation(), leftUndone == LockAction.NEEDS_UNLOCK));
    return new LockOutcome(
        table,
        leftUndone,
        holders.isEmpty()
            ? "it was in use each time"
            : "it was in use each time, now by " + holders,
        ErrorCode.LOCK_TIMEOUT);
  }
}
