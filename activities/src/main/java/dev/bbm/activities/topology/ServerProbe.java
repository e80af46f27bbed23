package dev.bbm.activities.topology;

/** What a database says of itself before bbm is installed. */
public record ServerProbe(
    String version,
    int versionNumber,
    boolean standby,
    String role,
    String databaseName,
    boolean mayCreateSchema) {}
