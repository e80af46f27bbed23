package dev.bbm.starter.topology;

import dev.bbm.activities.ownership.OwnershipRow;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * That a server says it owns gitlab_schemas for a database.
 *
 * @param valid whether its timeline is that of its rows; otherwise it was promoted and waits for
 *     takeover
 * @param timeline on which the server runs; 0 where it is not checked
 * @param epoch the highest of the rows
 */
record EndpointClaim(boolean valid, String place, int timeline, long epoch) {

  /** Of rows that claim something; valid ones count if there is any. */
  static Optional<EndpointClaim> of(List<OwnershipRow> rows) {
    return rows.stream()
        .map(EndpointClaim::of)
        .max(Comparator.comparing(EndpointClaim::valid).thenComparingLong(EndpointClaim::epoch));
  }

  private static EndpointClaim of(OwnershipRow row) {
    Integer timeline = row.currentTimeline();
    return new EndpointClaim(
        !row.isOnAnotherTimeline(), row.place(), timeline == null ? 0 : timeline, row.epoch());
  }

  /**
   * Whether it stems from a branch that the other one left behind: the same place on an older
   * timeline, or another place at an older epoch. At one place epochs may go back, with a lost tail
   * of the WAL; timelines never do.
   */
  boolean isBehind(EndpointClaim other) {
    return place.equals(other.place) ? timeline < other.timeline : epoch < other.epoch;
  }

  /** Whether both cannot be right: one place, and both work or both were promoted. */
  boolean rivals(EndpointClaim other) {
    return place.equals(other.place) && valid == other.valid;
  }
}
