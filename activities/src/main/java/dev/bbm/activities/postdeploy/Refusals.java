package dev.bbm.activities.postdeploy;

import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import java.util.Objects;
import java.util.stream.Collectors;

/** The sentences for a statement that does what its file may not. */
final class Refusals {

  private Refusals() {}

  static ApplicationException structureInData(MigrationScript script, Statement statement) {
    return ApplicationException.of(
        ErrorCode.DDL_NOT_ALLOWED,
        "%s, %s changes the structure, but a file with restrict_gitlab_migration: %s is for data"
            .formatted(script.file().shown(), statement.shown(), script.gitlabSchema()),
        "move it into a file without restrict_gitlab_migration: the structure is the same in every database");
  }

  static ApplicationException dataInStructure(
      MigrationScript script, Statement statement, TouchedTable table, String verb) {
    String schema = Objects.requireNonNullElse(table.gitlabSchema(), "gitlab_main");
    return ApplicationException.of(
        ErrorCode.DML_NOT_ALLOWED,
        "%s, %s %s table \"%s\" (%s), but a file without restrict_gitlab_migration is for the structure"
            .formatted(
                script.file().shown(),
                statement.shown(),
                verb,
                table.tableName(),
                Objects.requireNonNullElse(table.gitlabSchema(), "in no gitlab_schema")),
        "write \"-- restrict_gitlab_migration: %s\" at the top of a file with this statement alone"
            .formatted(schema));
  }

  static ApplicationException queueingInStructure(
      MigrationScript script, Statement statement, TouchedTable table) {
    return ApplicationException.of(
        ErrorCode.DML_NOT_ALLOWED,
        "%s, %s changes bbm.%s, but a file without restrict_gitlab_migration runs in every database"
            .formatted(script.file().shown(), statement.shown(), table.tableName()),
        "write \"-- restrict_gitlab_migration: <gitlab_schema of the table>\" at the top: queueing, deleting and finalizing are for one database");
  }

  static ApplicationException otherSchema(
      MigrationScript script, Statement statement, TouchedTable table, String verb) {
    String place =
        "%s, %s %s table \"%s\""
            .formatted(script.file().shown(), statement.shown(), verb, table.tableName());
    if (table.gitlabSchema() == null) {
      return ApplicationException.of(
          ErrorCode.TABLE_NOT_CLASSIFIED,
          place + ", which is in no gitlab_schema",
          "add \"%s: %s\" to the dictionary".formatted(table.tableName(), script.gitlabSchema()));
    }
    return ApplicationException.of(
        ErrorCode.SCHEMA_NOT_ALLOWED,
        "%s (%s), but restrict_gitlab_migration: %s allows %s only"
            .formatted(
                place,
                table.gitlabSchema(),
                script.gitlabSchema(),
                script.header().allowedSchemas().collect(Collectors.joining(", "))),
        "move it into a file with restrict_gitlab_migration: %s, which runs where that table lives"
            .formatted(table.gitlabSchema()));
  }
}
