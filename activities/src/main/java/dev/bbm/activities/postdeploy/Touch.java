package dev.bbm.activities.postdeploy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What one statement did to one table.
 *
 * @param reads by a query of rows
 * @param locksRows by a foreign key's check or SELECT … FOR UPDATE
 */
record Touch(TouchedTable table, boolean reads, boolean locksRows, boolean writes, boolean counts) {

  /** Each table as it was touched between two looks, the first before the statement. */
  static List<Touch> between(List<TouchedTable> before, List<TouchedTable> after) {
    Map<Long, TouchedTable> earlier =
        new HashMap<>(
            before.stream().collect(Collectors.toMap(TouchedTable::relation, Function.identity())));
    return after.stream()
        .map(now -> of(earlier.getOrDefault(now.relation(), now.untouched()), now))
        .toList();
  }

  /**
   * A lock that is new, or a counter that grew under a lock that was there. A scan under row locks
   * alone is a foreign key's check.
   */
  private static Touch of(TouchedTable before, TouchedTable now) {
    return new Touch(
        now,
        now.reads() && (!before.reads() || now.scans() > before.scans()),
        now.locksRows() && !before.locksRows(),
        (now.writes() && !before.writes()) || now.changes() > before.changes(),
        now.counts() && !before.counts());
  }

  /** Whether it only locked rows of a table that a foreign key ties to one of those. */
  boolean isForeignKeyCheckOf(Set<Long> written) {
    return locksRows
        && !reads
        && !writes
        && !counts
        && table.partnerRelations().stream().anyMatch(written::contains);
  }

  String verb() {
    if (writes) {
      return "changes";
    }
    return counts ? "uses the sequence of" : "reads";
  }
}
