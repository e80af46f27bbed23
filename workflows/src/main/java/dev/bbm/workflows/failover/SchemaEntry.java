package dev.bbm.workflows.failover;

import dev.bbm.workflows.ownership.OwnershipState;
import org.jspecify.annotations.Nullable;

/**
 * One row of schema_ownership, as a step reads and writes it.
 *
 * @param timeline on which the row is valid
 * @param failoverId the failover that changed it last; null outside of any
 */
public record SchemaEntry(
    String gitlabSchema,
    String ownerDatabase,
    long epoch,
    OwnershipState state,
    String place,
    int timeline,
    @Nullable String failoverId) {

  boolean is(OwnershipState expected, FailoverScope scope) {
    return state == expected && scope.id().equals(failoverId);
  }

  SchemaEntry with(OwnershipState changed, long newEpoch, @Nullable String newFailover) {
    return new SchemaEntry(
        gitlabSchema, ownerDatabase, newEpoch, changed, place, timeline, newFailover);
  }

  SchemaEntry onTimeline(int changed) {
    return new SchemaEntry(gitlabSchema, ownerDatabase, epoch, state, place, changed, failoverId);
  }

  SchemaEntry at(String newPlace, String newOwner) {
    return new SchemaEntry(gitlabSchema, newOwner, epoch, state, newPlace, timeline, failoverId);
  }
}
