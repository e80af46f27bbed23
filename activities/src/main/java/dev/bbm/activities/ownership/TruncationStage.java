package dev.bbm.activities.ownership;

/**
 * Tables that are truncated together.
 *
 * @param tables their names, with commas between them
 * @param tableCount how many they are
 * @param gitlabSchemas theirs, with commas between them
 * @param relations the oids of all that TRUNCATE must name, as a JSON array
 * @param bytes what they occupy without indexes
 * @param statements as a person could run them
 */
public record TruncationStage(
    int stage,
    String tables,
    int tableCount,
    String gitlabSchemas,
    String relations,
    long bytes,
    String statements) {}
