package dev.bbm.starter.command;

import dev.bbm.activities.ownership.LockAction;
import dev.bbm.activities.ownership.LockOutcome;
import dev.bbm.activities.ownership.WriteLocks;
import dev.bbm.activities.topology.DatabaseSettings;
import dev.bbm.starter.config.Surroundings;
import dev.bbm.starter.topology.ConfigurationReport;
import dev.bbm.starter.topology.SchemaPlaces;
import dev.bbm.workflows.failure.ApplicationException;
import jakarta.inject.Singleton;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Locks the tables that migrate makes in databases where they do not live. */
@Singleton
final class NewTables {

  private final Databases databases;
  private final ConfigurationGuard guard;
  private final Surroundings surroundings;

  NewTables(Databases databases, ConfigurationGuard guard, Surroundings surroundings) {
    this.databases = databases;
    this.guard = guard;
    this.surroundings = surroundings;
  }

  /** The tables of each place before the run; those of a single place need no lock. */
  record Before(Map<String, WriteLocks> locks, Map<String, Set<Long>> relations) {

    /**
     * Locks what is new since then. What cannot be locked is a warning: the files themselves are
     * done, and the monitor goes on to tell of it.
     */
    void lockNew(Consumer<String> say, PrintWriter err) {
      locks.forEach((name, ofPlace) -> {
        try {
          List<LockOutcome> outcomes = ofPlace.lockNew(relations.getOrDefault(name, Set.of()));
          tell(name, outcomes, say, err);
        } catch (ApplicationException failure) {
          warn(name, String.valueOf(failure.getMessage()), err);
        } catch (InterruptedException stopped) {
          Thread.currentThread().interrupt();
          warn(name, "interrupted", err);
        }
      });
    }

    private static void tell(
        String name, List<LockOutcome> outcomes, Consumer<String> say, PrintWriter err) {
      for (LockOutcome outcome : outcomes) {
        if (outcome.action() == LockAction.LOCKED) {
          say.accept(
              "%s: locked new table %s for writes, since %s lives elsewhere"
                  .formatted(name, outcome.table().table(), outcome.table().gitlabSchema()));
        } else if (outcome.trouble() != null) {
          warn(name, "%s: %s".formatted(outcome.table().table(), outcome.remark()), err);
        }
      }
    }

    private static void warn(String name, String why, PrintWriter err) {
      err.println("warning: new tables of %s are not locked for writes: %s".formatted(name, why));
      err.println("hint: ./bbm db lock-writes --database " + name);
      err.flush();
    }
  }

  /** Looks; warns when it is not known where tables live, since a database does not answer. */
  Before look(PrintWriter err) {
    List<DatabaseSettings> configured = databases.settings().databases();
    var locks = new LinkedHashMap<String, WriteLocks>();
    var relations = new LinkedHashMap<String, Set<Long>>();
    if (configured.size() < 2) {
      return new Before(locks, relations);
    }
    ConfigurationReport report = guard.look();
    var places = new SchemaPlaces(report, configured);
    if (report.databases().size() < configured.size()) {
      err.println("warning: new tables will not be locked for writes: a database does not answer");
      err.println("hint: ./bbm db lock-writes, once all of them answer");
      err.flush();
    } else if (places.areSeveral()) {
      for (DatabaseSettings place : databases.settings().places()) {
        var ofPlace =
            new WriteLocks(
                databases.openForMigrations(place.name()),
                places.seenFrom(place.name()),
                surroundings.user());
        locks.put(place.name(), ofPlace);
        relations.put(place.name(), ofPlace.relations());
      }
    }
    return new Before(locks, relations);
  }
}
