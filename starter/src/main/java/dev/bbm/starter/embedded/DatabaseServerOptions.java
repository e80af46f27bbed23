package dev.bbm.starter.embedded;

import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * How an embedded PostgreSQL server is set up.
 *
 * @param folder holds data, log and password of this server
 * @param throwaway whether the folder is deleted when the server is closed or its JVM dies
 * @param fsync whether a commit survives a crash of the machine, not only of the processes
 * @param databases created when they are missing
 * @param settings added to the server's command line, in the words of postgresql.conf
 */
public record DatabaseServerOptions(
    Path folder,
    boolean throwaway,
    boolean fsync,
    List<String> databases,
    Map<String, String> settings) {

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,62}");

  /** Makes the folder absolute and refuses names that would need quoting in a URL. */
  public DatabaseServerOptions {
    folder = folder.toAbsolutePath();
    databases = List.copyOf(databases);
    settings = Map.copyOf(settings);
    for (String database : databases) {
      if (!NAME.matcher(database).matches()) {
        throw ApplicationException.of(
            ErrorCode.INVALID_CONFIGURATION,
            "A database name must match %s: \"%s\".".formatted(NAME, database));
      }
    }
  }

  /** A server for a demo or a test: deleted afterwards, so nothing is forced to disk. */
  public static DatabaseServerOptions throwaway(Path folder) {
    return new DatabaseServerOptions(folder, true, false, List.of("main", "ci"), Map.of());
  }

  /** A server whose data survives restarts. */
  public static DatabaseServerOptions persistent(Path folder) {
    return new DatabaseServerOptions(folder, false, true, List.of("main", "ci"), Map.of());
  }

  /** The same with other databases. */
  public DatabaseServerOptions withDatabases(List<String> names) {
    return new DatabaseServerOptions(folder, throwaway, fsync, names, settings);
  }

  /** The same with other server settings. */
  public DatabaseServerOptions withSettings(Map<String, String> others) {
    return new DatabaseServerOptions(folder, throwaway, fsync, databases, others);
  }

  /** The same with fsync on or off. */
  public DatabaseServerOptions withFsync(boolean on) {
    return new DatabaseServerOptions(folder, throwaway, on, databases, settings);
  }
}
