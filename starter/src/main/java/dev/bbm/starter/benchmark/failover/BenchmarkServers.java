package dev.bbm.starter.benchmark.failover;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.bbm.starter.embedded.EmbeddedDatabaseServer;
import dev.bbm.starter.embedded.EmbeddedEnvironment;
import dev.bbm.starter.embedded.EmbeddedSettings;
import dev.bbm.starter.embedded.EmbeddedStandby;
import dev.bbm.starter.embedded.TemporalBinary;
import dev.bbm.starter.embedded.UserCache;
import dev.bbm.starter.worker.InstalledServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Fresh servers on the eve of a failover: main and ci are two connections to one database, whose
 * standby will be ci. They sync their commits to the disk and leave nothing behind.
 */
final class BenchmarkServers implements AutoCloseable {

  private static final String DATABASE = "main";

  /** Each slice of the worker holds one for a moment, as each writer does. */
  private static final Map<String, String> SETTINGS = Map.of("max_connections", "400");

  private final InstalledServers servers;
  private final EmbeddedStandby standby;

  private BenchmarkServers(InstalledServers servers, EmbeddedStandby standby) {
    this.servers = servers;
    this.standby = standby;
  }

  /** Starts them and installs bbm; the folder is where its commands are run. */
  static BenchmarkServers start(Path folder, Load load) throws IOException {
    UserCache cache = UserCache.of(System.getenv());
    var running =
        EmbeddedEnvironment.start(
            EmbeddedSettings.throwaway(folder)
                .withDatabases(List.of(DATABASE))
                .withServerSettings(SETTINGS)
                .withFsync(),
            TemporalBinary.of(null, System.getenv(), cache, System.err::println),
            cache);
    running.closeAtExit();
    try {
      EmbeddedStandby standby = running.startStandby();
      Path config = configure(folder, load, running.database(), standby.server());
      return new BenchmarkServers(InstalledServers.install(running, folder, config, null), standby);
    } catch (IOException | RuntimeException failure) {
      running.close();
      throw failure;
    }
  }

  private static Path configure(
      Path folder, Load load, EmbeddedDatabaseServer primary, EmbeddedDatabaseServer standby)
      throws IOException {
    Path jobs = Files.createDirectories(folder.resolve("background_migrations"));
    for (BenchmarkTable table : load.tables()) {
      Files.writeString(jobs.resolve(table.name() + ".sql"), table.jobFile(), UTF_8);
    }
    Files.writeString(folder.resolve("gitlab_schemas.yml"), dictionary(load), UTF_8);
    Path config = folder.resolve("bbm.yml").toAbsolutePath();
    Files.deleteIfExists(config);
    // With passwords, so nobody else may read it.
    Files.createFile(
        config, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    return Files.writeString(
        config,
        """
        # Written by ./bbm benchmark failover for its own servers, which end with it.
        job_classes: background_migrations
        dictionary: gitlab_schemas.yml
        worker: {slices: %3$d, max_running: %4$d}
        databases:
          main:
            url: "%1$s"
            gitlab_schemas: [gitlab_main, gitlab_shared]
          ci:
            endpoints: ["%1$s", "%2$s"]
            gitlab_schemas: [gitlab_ci, gitlab_shared]
            database_tasks: false
        """
            .formatted(
                primary.uri(DATABASE),
                standby.uri(DATABASE),
                load.migrations(Side.CI),
                load.migrations()),
        UTF_8);
  }

  private static String dictionary(Load load) {
    String migrated =
        load.tables().stream()
            .map(table -> "%s: %s\n".formatted(table.name(), table.side().gitlabSchema()))
            .collect(Collectors.joining());
    return migrated
        + "%s: %s\n".formatted(Side.CI.events(), Side.CI.gitlabSchema())
        + "%s: %s\n".formatted(Side.MAIN.events(), Side.MAIN.gitlabSchema());
  }

  /** The server that main and ci share. */
  BenchmarkPlace main(int connections) {
    return BenchmarkPlace.of("main", servers.servers().database(), DATABASE, connections);
  }

  /** The standby that becomes ci. */
  BenchmarkPlace ci(int connections) {
    return BenchmarkPlace.of("ci", standby.server(), DATABASE, connections);
  }

  /** Another standby like the first, of which bbm knows nothing. */
  EmbeddedStandby twin() {
    return servers.servers().startStandby();
  }

  BenchmarkPlace place(EmbeddedStandby twin) {
    return BenchmarkPlace.of("twin", twin.server(), DATABASE, 2);
  }

  @Override
  public void close() {
    servers.close();
  }
}
