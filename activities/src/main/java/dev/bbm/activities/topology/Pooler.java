package dev.bbm.activities.topology;

/** What stands between bbm and a database. */
public enum Pooler {
  /** Nothing, or a pooler that keeps a session to one server connection. */
  NONE,
  /** PgBouncer or the like, which may give each transaction another server connection. */
  TRANSACTION
}
