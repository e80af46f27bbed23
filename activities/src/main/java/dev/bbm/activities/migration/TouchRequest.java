package dev.bbm.activities.migration;

import dev.bbm.activities.ownership.OwnershipToken;

/**
 * A sub-batch that writes to another database, as bbm.open_touch of that one sees it.
 *
 * @param uid the migration's
 * @param job the job's id in its own database
 * @param jobAfter where the job begins
 * @param after the job's cursor
 * @param through the bound of the sub-batch
 * @param token of the other gitlab_schema
 */
public record TouchRequest(
    String uid, long job, String jobAfter, String after, String through, OwnershipToken token) {}
