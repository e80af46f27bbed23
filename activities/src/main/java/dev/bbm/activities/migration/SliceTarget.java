package dev.bbm.activities.migration;

import org.jspecify.annotations.Nullable;

/** What a migration walks over, as its row says; lists and arguments are JSON arrays. */
public record SliceTarget(
    String id,
    String jobClassName,
    String jobClassHash,
    String tableSchema,
    String tableName,
    String keyColumns,
    String keyTypes,
    String jobArguments,
    @Nullable String alias,
    @Nullable String scope) {}
