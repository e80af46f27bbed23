package dev.bbm.starter.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.bbm.activities.OpenDatabase;
import dev.bbm.activities.topology.DatabaseSettings;
import dev.bbm.activities.topology.Secret;
import dev.bbm.starter.embedded.EmbeddedDatabaseServer;
import dev.bbm.starter.embedded.EmbeddedEnvironment;
import dev.bbm.starter.embedded.EmbeddedSettings;
import dev.bbm.starter.embedded.EmbeddedStandby;
import dev.bbm.starter.embedded.TemporalBinary;
import dev.bbm.starter.embedded.UserCache;
import dev.bbm.starter.worker.BundledFiles;
import dev.bbm.starter.worker.InstalledServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The demonstration's servers on the eve of a failover: main and ci are two connections to one
 * database, whose standby will be ci.
 */
public final class DemoEnvironment implements AutoCloseable {

  private static final String DATABASE = "main";

  private static final List<String> FILES =
      List.of(
          "background_migrations/backfill_build_project_id.sql",
          "background_migrations/backfill_deleted_record_partition.sql",
          "background_migrations/backfill_pipeline_partition_id.sql",
          "background_migrations/backfill_route_namespace_id.sql",
          "gitlab_schemas.yml");

  private final InstalledServers servers;
  private final EmbeddedStandby standby;
  private final Path folder;

  private DemoEnvironment(InstalledServers servers, EmbeddedStandby standby, Path folder) {
    this.servers = servers;
    this.standby = standby;
    this.folder = folder;
  }

  /**
   * Starts the servers and installs bbm.
   *
   * @param project where other commands find the servers, by its {@code .bbm/embedded.yml}
   * @param dataDirectory keeps their data; null to leave nothing
   */
  public static DemoEnvironment start(Path project, @Nullable Path dataDirectory)
      throws IOException {
    EmbeddedSettings wanted = EmbeddedSettings.throwaway(project).withDatabases(List.of(DATABASE));
    UserCache cache = UserCache.of(System.getenv());
    var running =
        EmbeddedEnvironment.start(
            dataDirectory == null ? wanted : wanted.keptIn(dataDirectory),
            TemporalBinary.of(null, System.getenv(), cache, System.err::println),
            cache);
    running.closeAtExit();
    try {
      EmbeddedStandby standby = running.startStandby();
      Path folder = project.resolve(".bbm").resolve("demo");
      BundledFiles.copy(DemoEnvironment.class, FILES, folder);
      Path config = configure(folder, running.database(), standby.server());
      running.recommend(config);
      return new DemoEnvironment(
          InstalledServers.install(running, project, config, null), standby, folder);
    } catch (IOException | RuntimeException failure) {
      running.close();
      throw failure;
    }
  }

  /** With passwords, so nobody else may read it. */
  private static Path configure(
      Path folder, EmbeddedDatabaseServer primary, EmbeddedDatabaseServer standby)
      throws IOException {
    Path config = folder.resolve("bbm.yml").toAbsolutePath();
    Files.deleteIfExists(config);
    Files.createFile(
        config, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    return Files.writeString(
        config,
        """
        # Written by ./bbm demo for its own servers, which end with it.
        job_classes: background_migrations
        dictionary: gitlab_schemas.yml
        databases:
          main:
            url: "%1$s"
            gitlab_schemas: [gitlab_main, gitlab_shared]
          ci:
            endpoints: ["%1$s", "%2$s"]
            gitlab_schemas: [gitlab_ci, gitlab_shared]
            database_tasks: false
        """
            .formatted(primary.uri(DATABASE), standby.uri(DATABASE)),
        UTF_8);
  }

  /** One line: where everything is. */
  public String addresses() {
    var temporal = servers.servers().temporal();
    return "main and ci on 127.0.0.1:%d · standby 127.0.0.1:%d · Temporal %s · %s"
        .formatted(
            servers.servers().database().port(),
            standby.server().port(),
            temporal.target(),
            temporal.notice());
  }

  /** The server that main and ci share. */
  public DemoPlace main() {
    return place("main", servers.servers().database());
  }

  /** The standby that becomes ci. */
  public DemoPlace ci() {
    return place("ci", standby.server());
  }

  private static DemoPlace place(String name, EmbeddedDatabaseServer server) {
    return new DemoPlace(
        OpenDatabase.of(
            new DatabaseSettings(
                name, server.jdbcUrl(DATABASE), "", new Secret(""), List.of(), true, true, 6),
            "demo",
            List.of()));
  }

  /** With the configuration and the worker's log. */
  public Path folder() {
    return folder;
  }

  @Override
  public void close() {
    servers.close();
  }
}
