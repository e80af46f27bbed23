package dev.bbm.activities.ownership;

import dev.bbm.activities.topology.Database;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The write locks of one database: on the tables that live at another place. Locking and unlocking
 * throws OWNERSHIP_LOST while a failover is undecided.
 */
public final class WriteLocks {

  private static final int SHOWN = 10;

  private final Database database;
  private final String configured;
  private final @Nullable String by;

  /**
   * Changes nothing yet.
   *
   * @param by who is recorded as having locked or unlocked; null for the role
   */
  public WriteLocks(Database database, ConfiguredSchemas configured, @Nullable String by) {
    this.database = database;
    this.configured = configured.toJson();
    this.by = by;
  }

  /** Every table with where it lives and its lock. */
  public List<WriteLock> list() {
    return read(locks -> locks.list(configured));
  }

  /** Locks what lives elsewhere and unlocks what lives here; a dry run only says so. */
  public List<LockOutcome> follow(boolean dryRun) throws InterruptedException {
    read(WriteLockMapper::refuseInFailover);
    List<WriteLock> tables = list();
    var outcomes =
        Stream.of(
                untouched(tables),
                lock(due(tables, "lock"), dryRun),
                unlock(due(tables, "unlock"), dryRun))
            .flatMap(List::stream)
            .toList();
    return recorded(outcomes);
  }

  /** Unlocks every table that is locked; a dry run only says so. */
  public List<LockOutcome> unlock(boolean dryRun) throws InterruptedException {
    read(WriteLockMapper::refuseInFailover);
    return recorded(unlock(where(list(), WriteLock::triggered), dryRun));
  }

  /** The tables that there are, to be told from those that a migration then makes. */
  public Set<Long> relations() {
    return Set.copyOf(read(WriteLockMapper::listRelations));
  }

  /** Locks the tables that live elsewhere and were not there before; others stay as they are. */
  public List<LockOutcome> lockNew(Set<Long> before) throws InterruptedException {
    return recorded(
        lock(where(list(), it -> it.isMissing() && !before.contains(it.relation())), false));
  }

  /** One look of the monitor, which records what is new: the tables that could be written here. */
  public List<UnlockedTable> watch() {
    return database
        .transactions()
        .inTransaction(session -> session.getMapper(WriteLockMapper.class).watch(configured, by));
  }

  private List<LockOutcome> lock(List<WriteLock> tables, boolean dryRun)
      throws InterruptedException {
    if (dryRun) {
      return all(tables, LockAction.NEEDS_LOCK);
    }
    return new LockRounds(
            database,
            (locks, attempt) ->
                locks.lockIfDue(configured, attempt.table().relation(), attempt.patience())
                    ? LockAction.LOCKED
                    : LockAction.SKIPPED,
            LockAction.NEEDS_LOCK)
        .over(tables);
  }

  private List<LockOutcome> unlock(List<WriteLock> tables, boolean dryRun)
      throws InterruptedException {
    if (dryRun) {
      return all(tables, LockAction.NEEDS_UNLOCK);
    }
    return new LockRounds(
            database,
            (locks, attempt) ->
                locks.unlock(attempt.table().relation(), attempt.patience())
                    ? LockAction.UNLOCKED
                    : LockAction.SKIPPED,
            LockAction.NEEDS_UNLOCK)
        .over(tables);
  }

  private static List<WriteLock> due(List<WriteLock> tables, String what) {
    return where(tables, it -> what.equals(it.due()));
  }

  private static List<LockOutcome> untouched(List<WriteLock> tables) {
    return all(where(tables, it -> it.due() == null), LockAction.SKIPPED);
  }

  private static List<WriteLock> where(List<WriteLock> tables, Predicate<WriteLock> condition) {
    return tables.stream().filter(condition).toList();
  }

  private static List<LockOutcome> all(List<WriteLock> tables, LockAction action) {
    return tables.stream().map(it -> new LockOutcome(it, action)).toList();
  }

  private List<LockOutcome> recorded(List<LockOutcome> outcomes) {
    record(outcomes, LockAction.LOCKED, "writes_locked");
    record(outcomes, LockAction.UNLOCKED, "writes_unlocked");
    return outcomes;
  }

  private void record(List<LockOutcome> outcomes, LockAction action, String kind) {
    List<String> tables =
        outcomes.stream()
            .filter(it -> it.action() == action)
            .map(it -> it.table().table())
            .toList();
    if (tables.isEmpty()) {
      return;
    }
    String names = tables.stream().limit(SHOWN).collect(Collectors.joining(", "));
    String reason =
        tables.size() <= SHOWN ? names : "%s and %d more".formatted(names, tables.size() - SHOWN);
    database
        .transactions()
        .inTransaction(session ->
            session.getMapper(WriteLockMapper.class).recordEvent(kind, by, reason, tables.size()));
  }

  private <T> T read(Function<WriteLockMapper, T> work) {
    return database
        .transactions()
        .reading(session -> work.apply(session.getMapper(WriteLockMapper.class)));
  }
}
