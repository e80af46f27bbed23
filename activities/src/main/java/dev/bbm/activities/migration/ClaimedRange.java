package dev.bbm.activities.migration;

/**
 * The job that a transaction's sub-batches belong to.
 *
 * @param uid the migration's
 * @param job its id in its own database
 * @param after where it begins
 */
record ClaimedRange(String uid, long job, String after) {}
