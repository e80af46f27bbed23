package dev.bbm.workflows.failover;

/** The journal's one word on the source: COMMIT is the point of no return for the engine. */
public enum Decision {
  COMMIT,
  ABORT
}
