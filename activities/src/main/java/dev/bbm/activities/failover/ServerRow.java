package dev.bbm.activities.failover;

import org.jspecify.annotations.Nullable;

/** What a server says of itself and of one failover. */
public record ServerRow(
    boolean inRecovery,
    int timeline,
    boolean journaled,
    @Nullable String decision,
    boolean rolledBack) {}
