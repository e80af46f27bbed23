package dev.bbm.starter.topology;

import dev.bbm.activities.topology.Database;
import dev.bbm.activities.topology.InstallMapper;
import dev.bbm.activities.topology.PlaceMapper;
import dev.bbm.activities.topology.WrittenPlace;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.ibatis.session.SqlSession;
import org.jspecify.annotations.Nullable;

/**
 * Asks each database where it is. Two names lead to one physical database if and only if a key that
 * a transaction holds by one name is refused by the other: addresses, system identifiers and
 * timelines repeat on copies, and differ behind poolers.
 */
final class Probe {

  private static final SecureRandom KEYS = new SecureRandom();

  private final Map<String, FoundDatabase> found = new LinkedHashMap<>();
  private final List<Finding> unreachable = new ArrayList<>();

  Probe(List<Database> databases) {
    var unplaced = new ArrayList<>(databases);
    while (!unplaced.isEmpty()) {
      Database first = unplaced.removeFirst();
      try {
        unplaced.removeAll(
            first.transactions().reading(session -> place(first, session, List.copyOf(unplaced))));
      } catch (ApplicationException silent) {
        report(first, silent);
      }
    }
  }

  /** Those that answered, by name. */
  Map<String, FoundDatabase> found() {
    return found;
  }

  List<Finding> unreachable() {
    return unreachable;
  }

  /** Returns the others that are the same database, or that do not answer. */
  private List<Database> place(Database first, SqlSession session, List<Database> others) {
    add(first, first.name(), session);
    long key = KEYS.nextLong();
    var placed = new ArrayList<Database>();
    session.getMapper(PlaceMapper.class).holdKey(key);
    for (Database other : others) {
      if (isPlaced(first, other, key)) {
        placed.add(other);
      }
    }
    return placed;
  }

  private boolean isPlaced(Database first, Database other, long key) {
    try {
      return other
          .transactions()
          .reading(session -> {
            boolean same = !session.getMapper(PlaceMapper.class).mayShareKey(key);
            if (same) {
              add(other, first.name(), session);
            }
            return same;
          });
    } catch (ApplicationException silent) {
      report(other, silent);
      return true;
    }
  }

  private void add(Database database, String sameAs, SqlSession session) {
    PlaceMapper mapper = session.getMapper(PlaceMapper.class);
    found.put(
        database.name(),
        new FoundDatabase(
            database.name(),
            database.settings().databaseTasks(),
            sameAs,
            mapper.isReadOnly(),
            written(session, mapper)));
  }

  private static @Nullable WrittenPlace written(SqlSession session, PlaceMapper mapper) {
    return session.getMapper(InstallMapper.class).isInstalled()
        ? mapper.findPlace().orElse(null)
        : null;
  }

  private void report(Database database, ApplicationException silent) {
    if (silent.code() == ErrorCode.BUG) {
      throw silent;
    }
    unreachable.add(
        Finding.warning(
            "database \"%s\" is not checked: %s".formatted(database.name(), silent.getMessage()),
            silent.hint().orElse("check its url in bbm.yml")));
  }
}
