package dev.bbm.activities.migration;

import dev.bbm.activities.ownership.OwnershipToken;
import org.jspecify.annotations.Nullable;

/** A failure of a job's own SQL or code, one of its three attempts. */
public record FailedJob(
    long job,
    String claim,
    String errorClass,
    String message,
    @Nullable String sqlState,
    OwnershipToken token) {}
