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
    return find(text, settings).orElseThrow(() -> unknown(text));
  }

  /** Empty for what names no configured database; the row is not looked at. */
  static Optional<MigrationId> find(String text, Settings settings) {
    int underscore = text.lastIndexOf('_');
    String digits = text.substring(underscore + 1);
    Optional<DatabaseSettings> database =
        underscore < 0 ? onlyPlace(settings) : settings.findDatabase(text.substring(0, underscore));
    return isNumber(digits)
        ? database.map(it -> new MigrationId(it.name(), Long.parseLong(digits)))
        : Optional.empty();
  }

  /** Whether it is an id without its database. */
  static boolean isNumber(String text) {
    return text.matches("[0-9]{1,18}");
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
