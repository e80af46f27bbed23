package dev.bbm.activities.failover;

import org.jspecify.annotations.Nullable;

/**
 * How far a standby is.
 *
 * @param caughtUp whether it has replayed the position that was asked for
 * @param receivedTimeline of the stream that it follows; null when it follows none
 */
public record StandbyRow(
    boolean inRecovery, boolean caughtUp, @Nullable Integer receivedTimeline) {}
