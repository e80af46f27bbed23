package dev.bbm.workflows.failover;

/**
 * One unfinished migration at one moment of a failover, on one server.
 *
 * @param id as people type it there
 * @param status its word there
 * @param cursor the furthest key done, as a JSON array
 * @param rows rows changed so far
 * @param jobs a digest of every job's range and cursor: equal digests are equal progress
 */
public record MigrationAtFailover(
    String uid,
    String id,
    String gitlabSchema,
    String jobClassName,
    String tableName,
    String columnName,
    String status,
    String cursor,
    long rows,
    String jobs) {}
