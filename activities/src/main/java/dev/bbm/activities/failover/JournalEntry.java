package dev.bbm.activities.failover;

import dev.bbm.workflows.failover.Decision;
import dev.bbm.workflows.failover.FailoverRequest;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A failover as one server's journal has it.
 *
 * @param decision null while it is undecided
 * @param reason why it went back; null where it did not
 * @param verified whether its last step was recorded here
 * @param cleaned whether a cleanup has begun, after which there is no rollback
 * @param request what it was started with, as JSON
 */
public record JournalEntry(
    String id,
    String fromDatabase,
    String toDatabase,
    @Nullable Decision decision,
    boolean rolledBack,
    @Nullable String reason,
    Instant startedAt,
    @Nullable Instant decidedAt,
    boolean verified,
    boolean cleaned,
    String request) {

  /** The step by which the journal knows that a cleanup has begun. */
  public static final String CLEANUP = "CLEANUP";

  /** What it was started with. */
  public FailoverRequest toRequest() {
    return JournalRow.read(request);
  }

  /** Whether some step of it is still to be done, forward or back. */
  public boolean isUnfinished() {
    return decision == null || (decision == Decision.COMMIT && !rolledBack && !verified);
  }

  /** Whether its migrations live on the target now. */
  public boolean isMoved() {
    return decision == Decision.COMMIT && !rolledBack;
  }
}
