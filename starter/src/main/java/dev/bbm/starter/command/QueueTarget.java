package dev.bbm.starter.command;

import dev.bbm.activities.migration.MigrationMapper;
import dev.bbm.activities.ownership.OwnershipMapper;
import dev.bbm.activities.topology.DatabaseSettings;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import dev.bbm.workflows.ownership.TaskQueues;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds the databases in which a table's migration belongs. */
record QueueTarget(
    Databases databases, String table, @Nullable String gitlabSchema, boolean oncePerPlace) {

  /** The named one, else the owner of the table's gitlab_schema; several only once per place. */
  List<DatabaseSettings> choose(@Nullable String named) {
    if (named != null) {
      return List.of(databases.settings().database(named));
    }
    List<DatabaseSettings> places = databases.settings().places();
    if (places.size() == 1) {
      return places;
    }
    Optional<String> schema = schemaOfTable(places);
    if (schema.isEmpty()) {
      // Nobody knows the table: queueing there says why, in the same words as in SQL.
      return places.subList(0, 1);
    }
    return owners(schema.get());
  }

  /** By the first dictionary that has the table; databases that do not answer are passed over. */
  private Optional<String> schemaOfTable(List<DatabaseSettings> places) {
    for (DatabaseSettings place : places) {
      try {
        Optional<String> schema =
            databases.read(
                place.name(),
                session -> session.getMapper(MigrationMapper.class).findSchemaOfTable(table));
        if (schema.isPresent()) {
          return schema;
        }
      } catch (ApplicationException failure) {
        if (place.equals(places.getLast())) {
          throw failure;
        }
      }
    }
    return Optional.ofNullable(gitlabSchema);
  }

  private List<DatabaseSettings> owners(String schema) {
    List<DatabaseSettings> configured = databases.settings().databasesOf(schema);
    if (configured.isEmpty()) {
      throw ApplicationException.of(
          ErrorCode.SCHEMA_NOT_ALLOWED,
          "no configured database has gitlab_schema \"%s\" of table \"%s\""
              .formatted(schema, table),
          "add it to the gitlab_schemas of a database in bbm.yml, then ./bbm init");
    }
    if (TaskQueues.isShared(schema)) {
      return oncePerPlace
          ? configured.stream().filter(DatabaseSettings::databaseTasks).toList()
          : configured.subList(0, 1);
    }
    return configured.size() == 1
        ? configured
        : List.of(
            configured.stream()
                .filter(it -> owns(it, schema))
                .findFirst()
                .orElse(configured.getFirst()));
  }

  private boolean owns(DatabaseSettings database, String schema) {
    return databases
        .read(database.name(), session -> session.getMapper(OwnershipMapper.class).listOwnership())
        .stream()
        .anyMatch(row -> row.gitlabSchema().equals(schema) && row.isOwnedBy(database.name()));
  }
}
