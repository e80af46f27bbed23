package dev.bbm.workflows.failover;

/** Who promotes the standby. */
public enum Promotion {
  /** bbm, by pg_promote(). */
  PG_PROMOTE,
  /** A configured command, as of a cluster manager. */
  COMMAND,
  /** A person, who then sends the update {@code promoted}. */
  PERSON
}
