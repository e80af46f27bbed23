package dev.bbm.starter.failover;

import dev.bbm.activities.OpenDatabase;
import dev.bbm.activities.failover.JournalEntry;
import dev.bbm.activities.failover.JournalMapper;
import dev.bbm.activities.ownership.OwnershipMapper;
import dev.bbm.activities.ownership.OwnershipRow;
import dev.bbm.activities.topology.Database;
import dev.bbm.activities.topology.DatabaseSettings;
import dev.bbm.activities.topology.InstallMapper;
import dev.bbm.workflows.failover.FailoverScope;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCategory;
import dev.bbm.workflows.failure.ErrorCode;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One endpoint of a database as it was seen once.
 *
 * @param server the database with this endpoint alone
 * @param failovers the ids in its journal
 * @param silence why it did not answer; null where it did
 */
record SeenServer(
    DatabaseSettings server,
    boolean standby,
    List<OwnershipRow> rows,
    List<String> failovers,
    @Nullable ApplicationException silence) {

  /** Looks at each endpoint; throws NOT_INSTALLED for one without schema bbm. */
  static List<SeenServer> ofAll(DatabaseSettings database) {
    return database.endpoints().stream().map(database::at).map(SeenServer::of).toList();
  }

  private static SeenServer of(DatabaseSettings server) {
    try (Database database = OpenDatabase.of(server, "bbm/failover", List.of())) {
      return database
          .transactions()
          .reading(session -> {
            InstallMapper install = session.getMapper(InstallMapper.class);
            if (!install.isInstalled()) {
              throw ApplicationException.of(
                  ErrorCode.NOT_INSTALLED,
                  "schema bbm is not installed in database \"%s\" at %s"
                      .formatted(server.name(), server.url()),
                  "./bbm init");
            }
            return new SeenServer(
                server,
                install.probe().standby(),
                session.getMapper(OwnershipMapper.class).listOwnership(),
                session.getMapper(JournalMapper.class).listFailovers(null).stream()
                    .map(JournalEntry::id)
                    .toList(),
                null);
          });
    } catch (ApplicationException failure) {
      if (failure.code().category() != ErrorCategory.UNAVAILABLE) {
        throw failure;
      }
      return new SeenServer(server, false, List.of(), List.of(), failure);
    }
  }

  boolean isSilent() {
    return silence != null;
  }

  /** The row of a schema, if there is one. */
  Optional<OwnershipRow> find(String gitlabSchema) {
    return rows.stream().filter(it -> it.gitlabSchema().equals(gitlabSchema)).findFirst();
  }

  /** Whether it is a primary at whose place the schema is ACTIVE, by whichever name. */
  boolean owns(String gitlabSchema) {
    return !standby
        && find(gitlabSchema)
            .filter(row -> row.state().equals("ACTIVE") && Boolean.TRUE.equals(row.atThisPlace()))
            .isPresent();
  }

  /** Whether it is a primary that the failover leaves, or has left. */
  boolean isSourceOf(FailoverScope scope) {
    return !standby
        && (failovers.contains(scope.id()) || scope.movedSchemas().stream().allMatch(this::owns));
  }

  /** The one on which it runs; 0 where its rows do not tell. */
  int timeline() {
    return rows.stream()
        .flatMap(row -> Stream.ofNullable(row.currentTimeline()))
        .mapToInt(Integer::intValue)
        .max()
        .orElse(0);
  }

  /** Whether its rows say that a failover holds one of the schemas. */
  boolean isInTheMiddle(List<String> schemas) {
    return !standby
        && rows.stream()
            .filter(row -> schemas.contains(row.gitlabSchema()))
            .anyMatch(row -> row.state().equals("FENCED") || row.state().equals("READY"));
  }
}
