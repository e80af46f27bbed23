package dev.bbm.workflows.ownership;

/** What a database says of a gitlab_schema: only ACTIVE, on a matching timeline, accepts work. */
public enum OwnershipState {
  /** Its migrations run here. */
  ACTIVE,
  /** A failover has stopped it here; the next owner is not decided. */
  FENCED,
  /** A promoted copy that waits for the decision. */
  READY,
  /** It lives elsewhere. */
  RETIRED
}
