package dev.bbm.workflows.failover;

import java.time.Instant;

/**
 * A step that has ended, for the checklist and the report.
 *
 * @param outcome one short sentence with its numbers: {@code main, epoch 2}
 */
public record StepRecord(FailoverStep step, Instant beganAt, Instant endedAt, String outcome) {}
