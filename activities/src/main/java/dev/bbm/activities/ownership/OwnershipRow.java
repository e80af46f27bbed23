package dev.bbm.activities.ownership;

import org.jspecify.annotations.Nullable;

/**
 * One gitlab_schema as a database says it is owned; {@code currentTimeline} is null on a standby, 0
 * where it is not checked.
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
    boolean failoverUndecided) {

  /**
   * Whether the named database may run this schema's migrations now; the gate has the last word.
   */
  public boolean isOwnedBy(String database) {
    return state.equals("ACTIVE")
        && (ownerDatabase.equals("*") || ownerDatabase.equals(database))
        && Boolean.TRUE.equals(atThisPlace)
        && !inRecovery
        && !isOnAnotherTimeline();
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
