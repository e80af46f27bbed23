package dev.bbm.starter.demo;

import dev.bbm.starter.worker.BundledFiles;
import dev.bbm.starter.worker.InstalledServers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The demonstration's servers, and the folder in which its worker finds configuration and job
 * classes.
 */
public final class DemoEnvironment implements AutoCloseable {

  private static final List<String> FILES =
      List.of(
          "background_migrations/backfill_route_namespace_id.sql",
          "background_migrations/backfill_build_project_id.sql",
          "gitlab_schemas.yml",
          "bbm.yml");

  private final InstalledServers servers;
  private final Path folder;

  private DemoEnvironment(InstalledServers servers, Path folder) {
    this.servers = servers;
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
    Path folder = project.resolve(".bbm").resolve("demo");
    BundledFiles.copy(DemoEnvironment.class, FILES, folder);
    InstalledServers servers =
        InstalledServers.start(project, dataDirectory, folder.resolve("bbm.yml"), null);
    servers.closeAtExit();
    return new DemoEnvironment(servers, folder);
  }

  /** One line: where everything is. */
  public String addresses() {
    return servers.addresses();
  }

  /** The two databases, installed. */
  public DemoDatabases databases() {
    return new DemoDatabases(servers.database("main"), servers.database("ci"));
  }

  /** With the worker's configuration and log. */
  public Path folder() {
    return folder;
  }

  @Override
  public void close() {
    servers.close();
  }
}
