package dev.bbm.starter.embedded;

import io.temporal.common.SearchAttributeKey;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an embedded environment is to be.
 *
 * @param projectFolder where other commands find it, by its {@code .bbm/embedded.yml}
 * @param dataDirectory keeps rows and workflows over restarts; null for an environment that leaves
 *     nothing
 * @param databases created when they are missing
 * @param serverSettings added to PostgreSQL's, in the words of postgresql.conf
 * @param searchAttributes registered in Temporal
 * @param fsync whether PostgreSQL forces commits to the disk; where data is kept it always does
 */
public record EmbeddedSettings(
    Path projectFolder,
    @Nullable Path dataDirectory,
    List<String> databases,
    Map<String, String> serverSettings,
    List<SearchAttributeKey<?>> searchAttributes,
    boolean fsync) {

  public EmbeddedSettings {
    databases = List.copyOf(databases);
    serverSettings = Map.copyOf(serverSettings);
    searchAttributes = List.copyOf(searchAttributes);
  }

  /** An environment with the databases main and ci that leaves nothing behind. */
  public static EmbeddedSettings throwaway(Path projectFolder) {
    return new EmbeddedSettings(
        projectFolder, null, List.of("main", "ci"), Map.of(), List.of(), false);
  }

  /** The same with rows and workflows that survive restarts. */
  public EmbeddedSettings keptIn(Path folder) {
    return new EmbeddedSettings(
        projectFolder, folder, databases, serverSettings, searchAttributes, fsync);
  }

  /** The same with other databases. */
  public EmbeddedSettings withDatabases(List<String> names) {
    return new EmbeddedSettings(
        projectFolder, dataDirectory, names, serverSettings, searchAttributes, fsync);
  }

  /** The same with other PostgreSQL settings. */
  public EmbeddedSettings withServerSettings(Map<String, String> others) {
    return new EmbeddedSettings(
        projectFolder, dataDirectory, databases, others, searchAttributes, fsync);
  }

  /** The same with other search attributes. */
  public EmbeddedSettings withSearchAttributes(List<SearchAttributeKey<?>> keys) {
    return new EmbeddedSettings(
        projectFolder, dataDirectory, databases, serverSettings, keys, fsync);
  }

  /** The same with commits that are forced to the disk, as a real server's are. */
  public EmbeddedSettings withFsync() {
    return new EmbeddedSettings(
        projectFolder, dataDirectory, databases, serverSettings, searchAttributes, true);
  }
}
