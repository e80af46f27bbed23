package dev.bbm.activities.migration;

import org.jspecify.annotations.Nullable;

/**
 * What shall be changed of a migration that runs; null stays as it is.
 *
 * @param adaptive whether jobs shall run back to back
 */
public record Adjustment(
    long number,
    @Nullable Integer batchSize,
    @Nullable Integer subBatchSize,
    @Nullable Integer maxBatchSize,
    @Nullable Integer pauseMs,
    @Nullable Integer lanes,
    @Nullable Long intervalSeconds,
    boolean adaptive,
    @Nullable String reason,
    @Nullable String by) {}
