package dev.bbm.starter.command;

import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import jakarta.inject.Singleton;

/** Whether the journal lets another failover begin. */
@Singleton
final class FailoverHindrance {

  private final Failovers failovers;

  FailoverHindrance(Failovers failovers) {
    this.failovers = failovers;
  }

  /** Throws FAILOVER_REFUSED while one is unfinished, INVALID_OPTION for an unknown database. */
  void requireNone(String target) {
    failovers.settings().database(target);
    failovers
        .journal()
        .unfinished()
        .ifPresent(other -> {
          throw ApplicationException.of(
              ErrorCode.FAILOVER_REFUSED,
              "a failover to \"%s\" that began at %s is not finished"
                  .formatted(other.toDatabase(), Figures.time(other.startedAt())),
              "./bbm failover resume " + other.toDatabase(),
              null,
              null);
        });
  }
}
