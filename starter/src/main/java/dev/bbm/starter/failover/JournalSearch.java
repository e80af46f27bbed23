package dev.bbm.starter.failover;

import dev.bbm.activities.OpenDatabase;
import dev.bbm.activities.failover.JournalEntry;
import dev.bbm.activities.failover.JournalMapper;
import dev.bbm.activities.topology.Database;
import dev.bbm.activities.topology.DatabaseSettings;
import dev.bbm.activities.topology.InstallMapper;
import dev.bbm.starter.config.Settings;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCategory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The journals of all configured servers. A failover stands in that of its source, and since the
 * copy was made from it, in that of its target.
 */
public final class JournalSearch {

  /**
   * One entry and where it was found.
   *
   * @param server which has it: a configured database, at one endpoint
   */
  private record Found(DatabaseSettings server, JournalEntry entry) {

    boolean isOfSource() {
      return server.name().equals(entry.fromDatabase());
    }
  }

  private final Settings settings;

  public JournalSearch(Settings settings) {
    this.settings = settings;
  }

  /** The newest failover to that database, or the newest of all; the source's word counts. */
  public Optional<JournalEntry> newest(@Nullable String toDatabase) {
    return found(toDatabase).stream().findFirst().map(Found::entry);
  }

  /** The one that is unfinished; at most one can be undecided. */
  public Optional<JournalEntry> unfinished() {
    return found(null).stream().map(Found::entry).filter(JournalEntry::isUnfinished).findFirst();
  }

  /** One entry per failover, newest first; throws when no server answers. */
  private List<Found> found(@Nullable String toDatabase) {
    var found = new ArrayList<Found>();
    @Nullable ApplicationException silent = null;
    boolean answered = false;
    for (DatabaseSettings server : servers().toList()) {
      try {
        read(server, toDatabase).forEach(entry -> found.add(new Found(server, entry)));
        answered = true;
      } catch (ApplicationException failure) {
        if (failure.code().category() != ErrorCategory.UNAVAILABLE) {
          throw failure;
        }
        silent = failure;
      }
    }
    if (!answered && silent != null) {
      throw silent;
    }
    var ids = new ArrayList<String>();
    return found.stream()
        .sorted(
            Comparator.comparing((Found it) -> it.entry().startedAt())
                .reversed()
                .thenComparing(it -> !it.isOfSource()))
        .filter(it -> !ids.contains(it.entry().id()) && ids.add(it.entry().id()))
        .toList();
  }

  private Stream<DatabaseSettings> servers() {
    return settings.databases().stream()
        .flatMap(database -> database.endpoints().stream().map(database::at))
        .distinct();
  }

  private static List<JournalEntry> read(DatabaseSettings server, @Nullable String toDatabase) {
    try (Database database = OpenDatabase.of(server, "bbm/failover", List.of())) {
      return database
          .transactions()
          .reading(session ->
              session.getMapper(InstallMapper.class).isInstalled()
                  ? session.getMapper(JournalMapper.class).listFailovers(toDatabase)
                  : List.of());
    }
  }
}
