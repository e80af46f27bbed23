package dev.bbm.activities.migration;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One failed attempt of a job, from the transition log. */
public record JobFailure(
    Instant at,
    long job,
    int attempts,
    String cursor,
    String through,
    @Nullable String exceptionClass,
    @Nullable String exceptionMessage,
    @Nullable String sqlstate) {}
