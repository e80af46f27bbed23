package dev.bbm.starter.command;

import dev.bbm.activities.topology.DatabaseSettings;
import dev.bbm.activities.topology.InstallMapper;
import dev.bbm.starter.topology.ConfigurationReport;
import dev.bbm.starter.topology.FoundDatabase;
import dev.bbm.starter.topology.SchemaPlaces;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import jakarta.inject.Singleton;
import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The databases with the places that they lead to, for commands that must know where a table lives:
 * all have to answer, to have schema bbm, and to fit the configuration.
 */
@Singleton
final class PlacedDatabases {

  private final Databases databases;
  private final ConfigurationGuard guard;

  PlacedDatabases(Databases databases, ConfigurationGuard guard) {
    this.databases = databases;
    this.guard = guard;
  }

  /** Throws what is wrong with any of them; prints warnings. */
  SchemaPlaces look(PrintWriter err) {
    List<DatabaseSettings> configured = databases.settings().databases();
    configured.forEach(this::requireAnswer);
    ConfigurationReport report = guard.look();
    guard.judge(report, false, err);
    report.databases().forEach(PlacedDatabases::requireInstalled);
    return new SchemaPlaces(report, configured);
  }

  /** One name of each place; the given one only, if one is given. */
  List<String> names(@Nullable String database) {
    return database == null
        ? databases.settings().places().stream().map(DatabaseSettings::name).toList()
        : List.of(databases.settings().database(database).name());
  }

  private void requireAnswer(DatabaseSettings database) {
    databases.read(database.name(), session -> session.getMapper(InstallMapper.class).probe());
  }

  private static void requireInstalled(FoundDatabase database) {
    if (database.written() == null) {
      throw ApplicationException.of(
          ErrorCode.NOT_INSTALLED,
          "schema bbm is not installed in database \"%s\"".formatted(database.name()),
          "./bbm init");
    }
  }
}
