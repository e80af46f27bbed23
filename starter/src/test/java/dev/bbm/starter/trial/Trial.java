package dev.bbm.starter.trial;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.bbm.activities.OpenDatabase;
import dev.bbm.activities.topology.DatabaseSettings;
import dev.bbm.activities.topology.SchemaInstaller;
import dev.bbm.activities.topology.Secret;
import dev.bbm.starter.config.Registration;
import dev.bbm.starter.config.Settings;
import dev.bbm.starter.config.Surroundings;
import dev.bbm.starter.config.WorkerOptions;
import dev.bbm.starter.embedded.EmbeddedEnvironment;
import dev.bbm.starter.embedded.EmbeddedSettings;
import dev.bbm.starter.embedded.TemporalBinary;
import dev.bbm.starter.embedded.UserCache;
import dev.bbm.starter.worker.WorkerService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Embedded servers, and in their database main a table of gitlab_main to be migrated by a worker in
 * this JVM.
 */
public final class Trial implements AutoCloseable {

  private static final String DICTIONARY = "gitlab_schemas.yml";

  private final EmbeddedEnvironment servers;
  private final Path folder;
  private @Nullable WorkerService worker;

  private Trial(EmbeddedEnvironment servers, Path folder) {
    this.servers = servers;
    this.folder = folder;
  }

  /** With the Temporal server that is found or fetched; the in-JVM one when there is none. */
  public static Trial withDevServer(Path folder) {
    return start(folder, null);
  }

  /** With the Temporal server inside this JVM, which starts faster. */
  public static Trial inJvm(Path folder) {
    return start(folder, TemporalBinary.NONE);
  }

  private static Trial start(Path folder, @Nullable String temporal) {
    var cache = UserCache.of(System.getenv());
    var program = TemporalBinary.of(temporal, System.getenv(), cache, System.err::println);
    var settings = EmbeddedSettings.throwaway(folder).withDatabases(List.of("main"));
    return new Trial(EmbeddedEnvironment.start(settings, program, cache), folder);
  }

  /** The servers themselves. */
  public EmbeddedEnvironment servers() {
    return servers;
  }

  /** The database as the tests see it; the worker's way to it may be another. */
  public String jdbcUrl() {
    return servers.database().jdbcUrl("main");
  }

  /** A job class in SQL. */
  public void writeJobClass(String name, String statement) throws IOException {
    Files.createDirectories(jobClasses());
    Files.writeString(
        jobClasses().resolve(name + ".sql"),
        """
        -- job_class: %s
        -- operation: update_all
        -- feature_category: database
        %s
        """
            .formatted(name, statement),
        UTF_8);
  }

  /** Where jars with job classes in Java are looked for. */
  public Path jars() throws IOException {
    return Files.createDirectories(folder.resolve("jars"));
  }

  /** Installs bbm, with these tables in gitlab_main and the job classes that are there. */
  public void install(String... tables) throws IOException {
    var dictionary = Arrays.stream(tables).map(table -> table + ": gitlab_main").toList();
    Files.write(folder.resolve(DICTIONARY), dictionary, UTF_8);
    var settings = settings(jdbcUrl());
    try (var database = OpenDatabase.of(settings.database("main"), "bbm/trial", List.of())) {
      SchemaInstaller.install(database);
      Registration.read(settings).writeTo(database);
    }
  }

  /** Starts the worker, which reaches the database by this URL. */
  public void startWorker(String url) throws InterruptedException, IOException {
    worker = WorkerService.open(settings(url), new Surroundings(Map.of(), folder));
    worker.start();
  }

  private Settings settings(String url) throws IOException {
    return new Settings(
        List.of(main(url)),
        folder.resolve("bbm.yml"),
        folder.resolve(DICTIONARY),
        jobClasses(),
        jars(),
        WorkerOptions.DEFAULT,
        servers.temporal().target(),
        true);
  }

  private static DatabaseSettings main(String url) {
    return new DatabaseSettings(
        "main", url, "", new Secret(""), List.of("gitlab_main"), true, true, 10);
  }

  private Path jobClasses() {
    return folder.resolve("background_migrations");
  }

  /** Runs any statement. */
  public void execute(String sql) throws SQLException {
    try (var connection = DriverManager.getConnection(jdbcUrl());
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The first column of a query's one row, as text. */
  public String query(String sql) throws SQLException {
    try (var connection = DriverManager.getConnection(jdbcUrl());
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      if (!rows.next()) {
        throw new AssertionError("no row for " + sql);
      }
      return String.valueOf(rows.getString(1));
    }
  }

  @Override
  public void close() {
    if (worker != null) {
      worker.close();
    }
    servers.close();
  }
}
