package dev.bbm.starter.config;

import dev.bbm.activities.topology.DatabaseSettings;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The whole configuration of a command.
 *
 * @param databases at least one; {@code main} first where there is one
 * @param file bbm.yml as it was or would be found
 * @param jars a folder with Java job classes; null for none
 * @param embeddedTemporal the target of the embedded Temporal server that runs in this folder; null
 *     for none
 * @param embedded whether the databases are those of the embedded instance
 */
public record Settings(
    List<DatabaseSettings> databases,
    Path file,
    Path dictionary,
    Path jobClasses,
    @Nullable Path jars,
    WorkerOptions worker,
    @Nullable String embeddedTemporal,
    boolean embedded,
    FailoverSettings failover) {

  public Settings {
    databases = List.copyOf(databases);
    if (databases.isEmpty()) {
      throw new IllegalArgumentException("no database is configured");
    }
  }

  /** With nothing said about failovers. */
  public Settings(
      List<DatabaseSettings> databases,
      Path file,
      Path dictionary,
      Path jobClasses,
      @Nullable Path jars,
      WorkerOptions worker,
      @Nullable String embeddedTemporal,
      boolean embedded) {
    this(
        databases,
        file,
        dictionary,
        jobClasses,
        jars,
        worker,
        embeddedTemporal,
        embedded,
        FailoverSettings.DEFAULT);
  }

  /** The database of that name; throws INVALID_OPTION for one that is not configured. */
  public DatabaseSettings database(String name) {
    return findDatabase(name)
        .orElseThrow(() ->
            ApplicationException.of(
                ErrorCode.INVALID_OPTION,
                "no database \"%s\" is configured".formatted(name),
                "configured: " + names(databases)));
  }

  /** The database of that name, if one is configured. */
  public Optional<DatabaseSettings> findDatabase(String name) {
    return databases.stream().filter(database -> database.name().equals(name)).findFirst();
  }

  /** One database per place: a second connection to a place of another has no tasks of its own. */
  public List<DatabaseSettings> places() {
    return databases.stream().filter(DatabaseSettings::databaseTasks).toList();
  }

  /** The databases that are configured for a gitlab_schema. */
  public List<DatabaseSettings> databasesOf(String gitlabSchema) {
    return databases.stream()
        .filter(database -> database.gitlabSchemas().contains(gitlabSchema))
        .toList();
  }

  /** Whether GitLab's files beside the dictionary say which database has which gitlab_schemas. */
  public boolean hasConnectionFiles() {
    return !new DictionaryFiles(dictionary).connectionFiles().isEmpty();
  }

  /** A path as people know it: from the folder of bbm.yml. */
  public String shown(Path path) {
    Path folder = file.getParent();
    return (folder != null && path.startsWith(folder) ? folder.relativize(path) : path).toString();
  }

  /** The folder that holds migrate and post_migrate: db beside bbm.yml. */
  public Path migrations() {
    return file.resolveSibling("db");
  }

  private static String names(List<DatabaseSettings> databases) {
    return databases.stream().map(DatabaseSettings::name).collect(Collectors.joining(", "));
  }
}
