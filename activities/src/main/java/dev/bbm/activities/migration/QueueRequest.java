package dev.bbm.activities.migration;

import org.jspecify.annotations.Nullable;

/** The options of queueing one migration, as bbm.queue_batched_background_migration takes them. */
public record QueueRequest(
    String jobClassName,
    String tableName,
    @Nullable String columnName,
    String jobArguments,
    @Nullable Long intervalSeconds,
    @Nullable String minValue,
    @Nullable String maxValue,
    int batchSize,
    int subBatchSize,
    @Nullable Integer maxBatchSize,
    int pauseMs,
    @Nullable String gitlabSchema,
    int lanes,
    @Nullable String version,
    @Nullable String requestedBy,
    boolean oncePerPlace) {}
