package dev.bbm.activities.ownership;

import org.jspecify.annotations.Nullable;

/**
 * A table, where its gitlab_schema lives, and whether it is locked for writes: a row of
 * bbm.write_locks, which says what the words mean.
 *
 * @param relation its oid
 * @param home here, elsewhere, disputed, nowhere or unclassified
 * @param triggered whether it has a trigger of ours at all, be it disabled
 * @param due lock or unlock; null when it is as it should be
 */
public record WriteLock(
    long relation,
    String tableSchema,
    String tableName,
    @Nullable String gitlabSchema,
    String home,
    boolean locked,
    boolean triggered,
    @Nullable String due) {

  /** The name, with its PostgreSQL schema unless that is public. */
  public String table() {
    return tableSchema.equals("public") ? tableName : tableSchema + "." + tableName;
  }

  /** Whether it lives at another place and could be written here. */
  public boolean isMissing() {
    return "lock".equals(due);
  }
}
