package dev.bbm.activities.failover;

import org.jspecify.annotations.Nullable;

/**
 * A subscription on the source, by which changes of moved tables come back.
 *
 * @param enabled whether it was meant to run
 * @param slot on the copy; null where it was detached from it
 * @param publications on the copy, as a JSON array
 * @param mayAlter whether bbm's own user may stop it
 * @param running whether a process of the source applies its changes now
 */
public record ReverseSubscription(
    String name,
    boolean enabled,
    @Nullable String slot,
    String publications,
    boolean mayAlter,
    boolean running) {}
