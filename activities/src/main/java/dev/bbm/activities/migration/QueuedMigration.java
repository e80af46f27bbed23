package dev.bbm.activities.migration;

import dev.bbm.workflows.migration.MigrationStatus;

/** What queueing found or made; created is false when the same migration was queued before. */
public record QueuedMigration(String id, MigrationStatus status, boolean created) {}
