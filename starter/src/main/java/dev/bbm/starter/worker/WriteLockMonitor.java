package dev.bbm.starter.worker;

import dev.bbm.activities.ownership.UnlockedTable;
import dev.bbm.activities.ownership.WriteLocks;
import dev.bbm.activities.topology.Database;
import dev.bbm.starter.health.WorkerMetrics;
import dev.bbm.starter.topology.ConfigurationCheck;
import dev.bbm.starter.topology.ConfigurationReport;
import dev.bbm.starter.topology.SchemaPlaces;
import dev.bbm.workflows.failure.ApplicationException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for tables that live in another database and are not locked for writes; what is new becomes
 * an event and a line of the log. Looks only while every database answers, since only then it is
 * known where a table lives.
 */
final class WriteLockMonitor {

  private static final Logger log = LoggerFactory.getLogger(WriteLockMonitor.class);

  private final List<Database> databases;
  private final String worker;
  private final WorkerMetrics metrics;

  WriteLockMonitor(List<Database> databases, String worker, WorkerMetrics metrics) {
    this.databases = databases;
    this.worker = worker;
    this.metrics = metrics;
  }

  /** One look at all of them. */
  void look() {
    if (databases.size() < 2) {
      return;
    }
    var unlocked = new TreeMap<String, Integer>();
    ConfigurationReport report = ConfigurationCheck.of(databases);
    var places = new SchemaPlaces(report, databases.stream().map(Database::settings).toList());
    if (report.databases().size() == databases.size()
        && report.errors().isEmpty()
        && places.areSeveral()) {
      databases.stream()
          .filter(it -> it.settings().databaseTasks())
          .forEach(it -> look(it, places, unlocked));
    }
    metrics.unlocked(unlocked);
  }

  private void look(Database database, SchemaPlaces places, Map<String, Integer> unlocked) {
    try {
      List<UnlockedTable> found =
          new WriteLocks(database, places.seenFrom(database.name()), worker).watch();
      unlocked.put(database.name(), found.size());
      if (found.stream().anyMatch(UnlockedTable::isNew)) {
        report(database, found);
      }
    } catch (ApplicationException trouble) {
      log.debug(
          "Write locks of database {} are not known: {}", database.name(), trouble.getMessage());
    }
  }

  private static void report(Database database, List<UnlockedTable> found) {
    log.warn(
        "Database {} has {} tables of another database that are not locked for writes, new are {}: ./bbm db lock-writes --database {}",
        database.name(),
        found.size(),
        found.stream()
            .filter(UnlockedTable::isNew)
            .map(UnlockedTable::tableName)
            .limit(10)
            .collect(Collectors.joining(", ")),
        database.name());
  }
}
