package dev.bbm.starter.command;

import dev.bbm.activities.topology.DatabaseSettings;
import dev.bbm.starter.config.Settings;
import dev.bbm.starter.config.Surroundings;
import dev.bbm.starter.config.TemporalConnection;
import dev.bbm.starter.worker.RunningFailovers;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import jakarta.inject.Singleton;

/** Asks Temporal whether a failover runs, before a command does what would contradict it. */
@Singleton
final class FailoverGuard {

  private final Databases databases;
  private final Surroundings surroundings;

  FailoverGuard(Databases databases, Surroundings surroundings) {
    this.databases = databases;
    this.surroundings = surroundings;
  }

  /** Throws TAKEOVER_REFUSED where one runs, TEMPORAL_UNREACHABLE where Temporal cannot tell. */
  void requireNone() {
    Settings settings = databases.settings();
    try (var temporal = TemporalConnection.of(settings, surroundings)) {
      temporal.requireServer();
      var running =
          new RunningFailovers(
              temporal.client(),
              settings.databases().stream().map(DatabaseSettings::name).toList());
      if (running.mayRun()) {
        throw ApplicationException.of(
            ErrorCode.TAKEOVER_REFUSED,
            "Temporal at %s runs a failover".formatted(temporal.target()),
            "./bbm failover status, then ./bbm failover resume or abort");
      }
    } catch (ApplicationException failure) {
      throw failure.code() == ErrorCode.TEMPORAL_UNREACHABLE
          ? ApplicationException.of(
              ErrorCode.TEMPORAL_UNREACHABLE,
              String.valueOf(failure.getMessage()) + ", so it is not known whether a failover runs",
              "start it; or, if it is lost and you know that none runs, --without-temporal",
              null,
              failure)
          : failure;
    }
  }
}
