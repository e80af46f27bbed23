package dev.bbm.starter.command;

import dev.bbm.activities.ownership.WriteLock;
import dev.bbm.activities.ownership.WriteLocks;
import dev.bbm.activities.topology.DatabaseSettings;
import dev.bbm.starter.topology.ConfigurationReport;
import dev.bbm.starter.topology.SchemaPlaces;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds tables that live in another database and could be written here. */
@Singleton
final class UnlockedTables {

  private final Databases databases;
  private final ConfigurationGuard guard;

  UnlockedTables(Databases databases, ConfigurationGuard guard) {
    this.databases = databases;
    this.guard = guard;
  }

  /** One of them. */
  record Found(
      String database, String tableSchema, String tableName, @Nullable String gitlabSchema) {

    static Found of(String database, WriteLock table) {
      return new Found(database, table.tableSchema(), table.tableName(), table.gitlabSchema());
    }
  }

  /** Of these databases; none while it is not known where tables live. */
  List<Found> of(List<String> names) {
    List<DatabaseSettings> configured = databases.settings().databases();
    if (configured.size() < 2) {
      return List.of();
    }
    ConfigurationReport report = guard.look();
    var places = new SchemaPlaces(report, configured);
    boolean known =
        report.databases().size() == configured.size()
            && report.errors().isEmpty()
            && places.areSeveral();
    return configured.stream()
        .filter(it -> known && it.databaseTasks() && names.contains(it.name()))
        .flatMap(it ->
            new WriteLocks(databases.open(it.name()), places.seenFrom(it.name()), null)
                .list().stream()
                    .filter(WriteLock::isMissing)
                    .map(table -> Found.of(it.name(), table)))
        .toList();
  }

  /** A line for each database, after a line break; the empty text for none. */
  static String lines(List<Found> found) {
    return found.stream()
        .collect(Collectors.groupingBy(Found::database, LinkedHashMap::new, Collectors.toList()))
        .entrySet()
        .stream()
        .map(it ->
            "\n%s: not locked for writes, though they live elsewhere: %s; ./bbm db lock-writes --database %s"
                .formatted(
                    it.getKey(),
                    LockReport.shortened(it.getValue().stream().map(Found::tableName).toList()),
                    it.getKey()))
        .collect(Collectors.joining());
  }
}
