package dev.bbm.activities.topology;

import dev.bbm.activities.failure.SqlStates;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;

/**
 * Creates and upgrades schema {@code bbm} in one database by its own Flyway migrations, with a
 * history table of its own.
 */
public final class SchemaInstaller {

  private static final String FOLDER = "dev/bbm/schema";

  private SchemaInstaller() {}

  /** Brings the schema up to date and returns how many migrations were applied. */
  public static int install(Database database) {
    try {
      SchemaStub.drop(database);
      return flyway(database).migrate().migrationsExecuted;
    } catch (RuntimeException thrown) {
      throw SqlStates.translate(database.name(), thrown);
    }
  }

  /** The files that {@link #install} would apply now, in order. */
  public static List<String> pending(Database database) {
    try {
      return Arrays.stream(flyway(database).info().pending())
          .map(MigrationInfo::getScript)
          .toList();
    } catch (RuntimeException thrown) {
      throw SqlStates.translate(database.name(), thrown);
    }
  }

  /** The text of a file that {@link #pending} names. */
  public static String sqlOf(String file) {
    try (var text =
        Objects.requireNonNull(
            SchemaInstaller.class.getClassLoader().getResourceAsStream(FOLDER + "/" + file),
            file)) {
      return new String(text.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException thrown) {
      throw new UncheckedIOException(thrown);
    }
  }

  private static Flyway flyway(Database database) {
    return Flyway.configure(SchemaInstaller.class.getClassLoader())
        .dataSource(database.pool())
        .schemas("bbm")
        .createSchemas(true)
        .table("schema_history")
        .locations("classpath:" + FOLDER)
        .sqlMigrationPrefix("V")
        .load();
  }
}
