package dev.bbm.workflows.failover;

import java.time.Duration;

/**
 * How long each step may take before the failover aborts by itself, or after the decision says so.
 *
 * @param drain comfort only: the fence is what counts
 * @param fence five tries of 5 s
 * @param lock of the moved tables; an autovacuum may hold one up
 * @param record of adopting, retiring, deciding, activating: each
 * @param approval how long a person is waited for
 * @param hook of one hook that says nothing else
 */
public record Budgets(
    Duration drain,
    Duration fence,
    Duration lock,
    Duration catchUp,
    Duration promotion,
    Duration record,
    Duration approval,
    Duration hook) {

  /** Source: failover-protocol.md, section 3.3, the line on time. */
  public static final Budgets DEFAULT =
      new Budgets(
          Duration.ofSeconds(60),
          Duration.ofSeconds(25),
          Duration.ofMinutes(5),
          Duration.ofSeconds(60),
          Duration.ofSeconds(60),
          Duration.ofSeconds(5),
          Duration.ofHours(1),
          Duration.ofSeconds(60));
}
