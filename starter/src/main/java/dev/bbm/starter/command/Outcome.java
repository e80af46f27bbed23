package dev.bbm.starter.command;

import dev.bbm.workflows.migration.MigrationStatus;

/**
 * What a command that changes a migration answers to machines; changed is false when it was so
 * already.
 */
record Outcome(String id, MigrationStatus status, boolean changed) {}
