package dev.bbm.workflows.failover;

import org.jspecify.annotations.Nullable;

/**
 * What became of one migration.
 *
 * @param atFence on the source when it was fenced; null for what is on the copy only
 * @param atStart on the copy when it was adopted; null for what stayed
 * @param verdict moved, stayed, in both places, quarantined, or what is wrong
 */
public record MigrationVerdict(
    @Nullable MigrationAtFailover atFence, @Nullable MigrationAtFailover atStart, String verdict) {}
