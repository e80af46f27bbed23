package dev.bbm.starter.failover;

import dev.bbm.activities.OpenDatabase;
import dev.bbm.activities.failover.FailoverServers;
import dev.bbm.activities.topology.Address;
import dev.bbm.activities.topology.Database;
import dev.bbm.activities.topology.DatabaseSettings;
import dev.bbm.starter.config.Settings;
import dev.bbm.workflows.failover.FailoverScope;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** The two servers of a failover, by the configuration of this machine. */
public record FailoverDatabases(FailoverServers servers) implements AutoCloseable {

  /** A step at a time, one that was given up, the checks' probe, and the journal. */
  private static final int CONNECTIONS = 6;

  /**
   * Looks at a source of several endpoints, otherwise connects to nothing yet; refuses a
   * configuration that does not have them.
   */
  public static FailoverDatabases open(Settings settings, FailoverScope scope) {
    DatabaseSettings to = settings.database(scope.toDatabase());
    DatabaseSettings from = settings.database(scope.fromDatabase());
    Database copy = open(to.at(copy(to, scope)));
    return new FailoverDatabases(new FailoverServers(open(source(from, scope)), copy));
  }

  /** Of several endpoints the one that is left; the latest of them where it was promoted since. */
  private static DatabaseSettings source(DatabaseSettings from, FailoverScope scope) {
    if (from.endpoints().size() == 1) {
      return from;
    }
    return SeenServer.ofAll(from).stream()
        .filter(it -> it.isSourceOf(scope))
        .max(Comparator.comparingInt(SeenServer::timeline))
        .map(SeenServer::server)
        .orElse(from);
  }

  private static Address copy(DatabaseSettings to, FailoverScope scope) {
    return to.endpoints().stream()
        .filter(it -> it.url().equals(scope.copyUrl()))
        .findFirst()
        .orElseThrow(() ->
            ApplicationException.of(
                ErrorCode.INVALID_CONFIGURATION,
                "the failover promotes %s, which is no endpoint of database \"%s\" here"
                    .formatted(scope.copyUrl(), to.name()),
                "add it to databases.%s.endpoints; they are: %s"
                    .formatted(
                        to.name(),
                        to.endpoints().stream()
                            .map(Address::url)
                            .collect(Collectors.joining(", ")))));
  }

  private static Database open(DatabaseSettings settings) {
    return OpenDatabase.of(settings.withMaxConnections(CONNECTIONS), "bbm/failover", List.of());
  }

  @Override
  public void close() {
    servers.copy().close();
    servers.source().close();
  }
}
