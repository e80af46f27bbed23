package dev.bbm.starter.demo;

import dev.bbm.activities.migration.OpenSubBatch;
import dev.bbm.activities.ownership.OwnershipToken;

/** What a worker holds in the middle of a job: all that it needs for its next sub-batch. */
record HeldJob(
    long job,
    String claim,
    String cursor,
    String through,
    String gitlabSchema,
    String ownerDatabase,
    long epoch,
    String place) {

  OpenSubBatch open() {
    return new OpenSubBatch(
        job, claim, cursor, new OwnershipToken(gitlabSchema, ownerDatabase, epoch, place));
  }
}
