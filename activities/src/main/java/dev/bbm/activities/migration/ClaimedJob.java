package dev.bbm.activities.migration;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What bbm.claim_job answers; the job's columns are null unless the verdict is {@code run}. */
public record ClaimedJob(
    String verdict,
    @Nullable String reason,
    @Nullable Instant notBefore,
    @Nullable Long jobId,
    @Nullable String cursor,
    @Nullable String bound,
    @Nullable String jobThrough,
    @Nullable String jobAfter,
    @Nullable Integer subBatchSize,
    @Nullable Integer pauseMs) {}
