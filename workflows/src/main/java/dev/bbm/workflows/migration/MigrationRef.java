package dev.bbm.workflows.migration;

/** Names a migration to a control activity. */
public record MigrationRef(String uid) {}
