package dev.bbm.starter.command;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** One migration on the command line. */
final class MigrationArgument {

  static final String ID = "As list shows it: main_1; or its number with --database.";
  static final String DATABASE = "The database of an ID that is only a number.";

  @Parameters(paramLabel = "ID", description = ID)
  private String id;

  @Option(names = "--database", paramLabel = "NAME", description = DATABASE)
  private @Nullable String database;

  /** Throws MIGRATION_NOT_FOUND or INVALID_OPTION; the row is not looked at. */
  MigrationId find(Databases databases) {
    return databases.find(id, database);
  }
}
