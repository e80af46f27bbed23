package dev.bbm.activities.ownership;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One gitlab_schema as a database says it is owned.
 *
 * @param currentTimeline null on a standby, 0 where it is not checked
 * @param placeName of the names that lead here, the first: it runs the shared schemas
 * @param takeoverWait why nobody has taken it over since this server was promoted; null where that
 *     is not so, or nobody has said it
 */
public record OwnershipRow(
    String gitlabSchema,
    String ownerDatabase,
    long epoch,
    String state,
    String place,
    int timeline,
    @Nullable Boolean atThisPlace,
    boolean inRecovery,
    @Nullable Integer currentTimeline,
    boolean failoverUndecided,
    @Nullable String placeName,
    @Nullable String takeoverWait) {

  /**
   * Whether the named database may run this schema's migrations now; the gate has the last word.
   */
  public boolean isOwnedBy(String database) {
    return whyNotOwnedBy(database).isEmpty();
  }

  /** Why the named database may not run this schema's migrations now; empty where it may. */
  public Optional<String> whyNotOwnedBy(String database) {
    if (!state.equals("ACTIVE")) {
      return Optional.of("it is " + state);
    }
    if (!ownerDatabase.equals("*") && !ownerDatabase.equals(database)) {
      return Optional.of("its owner is " + ownerDatabase);
    }
    if (ownerDatabase.equals("*") && placeName != null && !placeName.equals(database)) {
      return Optional.of("it runs by the name " + placeName + " here");
    }
    if (!Boolean.TRUE.equals(atThisPlace)) {
      return Optional.of("its row was written at another place");
    }
    if (inRecovery) {
      return Optional.of("this server is a standby");
    }
    return isOnAnotherTimeline()
        ? Optional.of(
            "this server runs on timeline %d%s"
                .formatted(currentTimeline, takeoverWait == null ? "" : ": " + takeoverWait))
        : Optional.empty();
  }

  /** Whether the row says that this very database runs the schema, were its timeline right. */
  public boolean isClaimedBy(String database) {
    return state.equals("ACTIVE")
        && ownerDatabase.equals(database)
        && Boolean.TRUE.equals(atThisPlace)
        && !inRecovery;
  }

  /** Whether this server was promoted since the row was written. */
  public boolean isOnAnotherTimeline() {
    return currentTimeline != null && currentTimeline != timeline;
  }

  /** What a sub-batch shows to the gate. */
  public OwnershipToken token(String database) {
    return new OwnershipToken(gitlabSchema, database, epoch, place);
  }
}
