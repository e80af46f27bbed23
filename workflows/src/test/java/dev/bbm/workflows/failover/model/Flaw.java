package dev.bbm.workflows.failover.model;

/** One mechanism left out of the model; those of the rules are left out of {@link FlawedRules}. */
enum Flaw {
  /** A fence does not wait for transactions that have passed the gate. */
  GATE_WITHOUT_KEY,
  GATE_WITHOUT_TIMELINE,
  CURSOR_REMEMBERED_OUTSIDE,
  CURSOR_IN_ITS_OWN_TRANSACTION,
  CURSOR_NOT_COMPARED,
  QUEUEING_WITHOUT_GATE,
  ACTIVATE_BEFORE_DECISION,
  NO_CATCH_UP,
  NO_RETIREMENT,
  ROLLBACK_WITHOUT_FENCE,
  TAKEOVER_DURING_FAILOVER
}
