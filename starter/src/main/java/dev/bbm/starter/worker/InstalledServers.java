package dev.bbm.starter.worker;

import dev.bbm.activities.OpenDatabase;
import dev.bbm.activities.topology.Database;
import dev.bbm.activities.topology.SchemaInstaller;
import dev.bbm.starter.config.ConfigurationLoader;
import dev.bbm.starter.config.Registration;
import dev.bbm.starter.config.Settings;
import dev.bbm.starter.config.Surroundings;
import dev.bbm.starter.embedded.EmbeddedEnvironment;
import dev.bbm.starter.embedded.EmbeddedSettings;
import dev.bbm.starter.embedded.TemporalBinary;
import dev.bbm.starter.embedded.UserCache;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Embedded servers with bbm installed in their databases main and ci. */
public final class InstalledServers implements AutoCloseable {

  private final EmbeddedEnvironment servers;
  private final Settings settings;
  private final List<Database> databases;

  private InstalledServers(
      EmbeddedEnvironment servers, Settings settings, List<Database> databases) {
    this.servers = servers;
    this.settings = settings;
    this.databases = databases;
  }

  /**
   * Starts the servers and installs bbm.
   *
   * @param project where other commands find the servers, by its {@code .bbm/embedded.yml}
   * @param dataDirectory keeps their data; null to leave nothing
   * @param config names the dictionary and the job classes; null for the project's bbm.yml
   * @param environment the section of its environments; null for none
   */
  public static InstalledServers start(
      Path project,
      @Nullable Path dataDirectory,
      @Nullable Path config,
      @Nullable String environment) {
    EmbeddedSettings wanted = EmbeddedSettings.throwaway(project);
    if (dataDirectory != null) {
      wanted = wanted.keptIn(dataDirectory);
    }
    UserCache cache = UserCache.of(System.getenv());
    EmbeddedEnvironment servers =
        EmbeddedEnvironment.start(
            wanted, TemporalBinary.of(null, System.getenv(), cache, System.err::println), cache);
    try {
      return install(servers, project, config, environment);
    } catch (RuntimeException failure) {
      servers.close();
      throw failure;
    }
  }

  /** Installs bbm into the databases that a bbm.yml names; they are on servers that run already. */
  public static InstalledServers install(
      EmbeddedEnvironment servers,
      Path project,
      @Nullable Path config,
      @Nullable String environment) {
    Settings settings =
        new ConfigurationLoader(new Surroundings(Map.of(), project)).load(config, environment);
    Registration registration = Registration.read(settings);
    List<Database> databases =
        settings.databases().stream()
            .map(database -> OpenDatabase.of(database, "bbm", List.of()))
            .toList();
    for (Database database : databases) {
      SchemaInstaller.install(database);
      registration.writeTo(database);
    }
    return new InstalledServers(servers, settings, databases);
  }

  /** The servers themselves. */
  public EmbeddedEnvironment servers() {
    return servers;
  }

  /** One line: where everything is. */
  public String addresses() {
    return "main and ci on 127.0.0.1:%d · Temporal %s · %s"
        .formatted(
            servers.database().port(), servers.temporal().target(), servers.temporal().notice());
  }

  /** As another command in the project's folder would load them. */
  public Settings settings() {
    return settings;
  }

  /** One of the two databases. */
  public Database database(String name) {
    return databases.stream()
        .filter(database -> database.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** Has the servers ended in order when the JVM is asked to end, by Ctrl-C or SIGTERM. */
  public void closeAtExit() {
    servers.closeAtExit();
  }

  @Override
  public void close() {
    databases.forEach(Database::close);
    servers.close();
  }
}
