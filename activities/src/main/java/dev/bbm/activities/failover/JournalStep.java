package dev.bbm.activities.failover;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A step of a failover as it ended, as often as it was tried.
 *
 * @param step as FailoverStep names it, or a hook
 * @param by which coordinator; null where nobody said it
 */
public record JournalStep(
    String step, Instant beganAt, Instant endedAt, String outcome, @Nullable String by) {}
