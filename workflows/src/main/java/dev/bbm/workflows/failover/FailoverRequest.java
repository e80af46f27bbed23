package dev.bbm.workflows.failover;

import java.util.List;

/**
 * What {@code failover start} asks for; kept in the journal, so that a lost Temporal namespace
 * loses no failover.
 *
 * @param approvals the steps before which a person is asked
 * @param hooks those that are configured; no other is run
 * @param by who started it
 */
public record FailoverRequest(
    FailoverScope scope,
    Promotion promotion,
    List<FailoverStep> approvals,
    List<Hook> hooks,
    Budgets budgets,
    String by) {

  public FailoverRequest {
    approvals = List.copyOf(approvals);
    hooks = List.copyOf(hooks);
  }
}
