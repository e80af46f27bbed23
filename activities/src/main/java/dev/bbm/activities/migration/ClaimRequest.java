package dev.bbm.activities.migration;

import dev.bbm.activities.ownership.OwnershipToken;
import org.jspecify.annotations.Nullable;

/**
 * An attempt's claim of a lane's job.
 *
 * @param claim {@code <activity>#<attempt>}: a later attempt of one activity is never displaced by
 *     an earlier one
 * @param classHash of the job class as this worker loaded it; null when it knows none of that name
 */
public record ClaimRequest(
    String uid,
    int lane,
    String claim,
    String worker,
    @Nullable String classHash,
    int maxRunning,
    OwnershipToken token) {}
