package dev.bbm.starter.command;

import dev.bbm.activities.topology.DatabaseSettings;
import dev.bbm.starter.config.Settings;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import java.util.Optional;

/** The id of a migration as people type it: {@code main_1}. */
record MigrationId(String database, long number) {

  /** Throws MIGRATION_NOT_FOUND for what names no configured database; the row is not looked at. */
  static MigrationId parse(String text, Settings settings) {
    int underscore = text.lastIndexOf('_');
    String digits = text.substring(underscore + 1);
    Optional<DatabaseSettings> database =
        underscore < 0 ? onlyPlace(settings) : settings.findDatabase(text.substring(0, underscore));
    if (database.isEmpty() || !digits.matches("[0-9]{1,18}")) {
      throw unknown(text);
    }
    return new MigrationId(database.get().name(), Long.parseLong(digits));
  }

  private static Optional<DatabaseSettings> onlyPlace(Settings settings) {
    return settings.places().size() == 1
        ? Optional.of(settings.places().getFirst())
        : Optional.empty();
  }

  static ApplicationException unknown(String text) {
    return ApplicationException.of(
        ErrorCode.MIGRATION_NOT_FOUND, "no migration " + text, "./bbm list");
  }

  @Override
  public String toString() {
    return database + "_" + number;
  }
}
