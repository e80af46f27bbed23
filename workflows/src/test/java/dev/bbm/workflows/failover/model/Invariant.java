package dev.bbm.workflows.failover.model;

/** What must hold in every state or at every step: failover-protocol.md, section 4. */
@SuppressWarnings("EnumOrdinal") // a state keeps the number, within one run only
enum Invariant {
  I1_NO_DOUBLE_EFFECT,
  I2_NO_MISS,
  I3_NO_WRITE_BY_A_NON_OWNER,
  I4_AT_MOST_ONE_ACCEPTOR,
  I5_THE_COPY_HAS_ALL,
  I6_CURSOR_IS_DATA,
  I7_CURSOR_MONOTONE,
  I8_EPOCH_MONOTONE,
  I9_ONLY_ACTIVE_ACCEPTS,
  I10_DECISION_STABLE,
  I11_FENCE_VISIBLE_AT_ADOPTION,
  I12_SAME_TIMELINE,
  I13_NONE_LOST,
  I15_SHARED_ONCE_PER_PLACE,
  I17_IDEMPOTENT_STEPS,
  I20_DEAD_BRANCH_NOT_COUNTED;

  /** As kept in a state. */
  int bit() {
    return ordinal();
  }
}
