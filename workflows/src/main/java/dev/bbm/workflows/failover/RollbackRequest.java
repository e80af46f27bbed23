package dev.bbm.workflows.failover;

/**
 * A rollback after the decision.
 *
 * @param copyIsStopped a person says that the copy cannot be reached and accepts nothing: its
 *     servers are stopped or cut off
 */
public record RollbackRequest(
    FailoverRequest failover, boolean copyIsStopped, String reason, String by) {}
