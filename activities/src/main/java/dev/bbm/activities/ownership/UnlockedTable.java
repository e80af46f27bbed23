package dev.bbm.activities.ownership;

/**
 * A table of another place that could be written here.
 *
 * @param isNew whether nobody has seen it before
 */
public record UnlockedTable(
    String tableSchema, String tableName, String gitlabSchema, boolean isNew) {}
