package dev.bbm.activities.migration;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One job of a migration.
 *
 * @param after where it begins, as a JSON array
 * @param cursor the last key done
 * @param through where it ends
 * @param worker the last that ran it
 */
public record JobRow(
    long job,
    String status,
    int lane,
    int attempts,
    String after,
    String cursor,
    String through,
    long rows,
    @Nullable String worker,
    @Nullable Instant startedAt,
    @Nullable Instant finishedAt) {}
