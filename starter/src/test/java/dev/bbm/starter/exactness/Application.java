package dev.bbm.starter.exactness;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.bbm.activities.database.PostgresExtension;
import dev.bbm.activities.job.BatchedMigrationJob;
import dev.bbm.starter.Main;
import dev.bbm.starter.command.CommandRunner;
import dev.bbm.starter.command.Terminal;
import dev.bbm.starter.config.Surroundings;
import dev.bbm.starter.embedded.ChildProcess;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;

/** An application's folder, and the program in it: in this JVM, or as processes to be killed. */
final class Application implements AutoCloseable {

  /** A command that has ended. */
  record Ended(int exitCode, String out, String err) {}

  private final Path folder;
  private final Map<String, String> environment;
  private final List<ChildProcess> processes = new ArrayList<>();

  /** The address of Temporal may be one where nobody is. */
  Application(Path folder, String temporal) {
    this.folder = folder;
    this.environment = Map.of("TEMPORAL_ADDRESS", temporal, "USER", "ann");
  }

  /** One database with orders in gitlab_main, each of which counts how often it was changed. */
  static Application withOrders(Path folder, String temporal, PostgresExtension main, int rows) {
    main.execute(
        "DROP SCHEMA IF EXISTS bbm CASCADE",
        "DROP TABLE IF EXISTS orders",
        "CREATE TABLE orders (id bigint PRIMARY KEY, n integer NOT NULL DEFAULT 0)",
        "INSERT INTO orders SELECT i FROM generate_series(1, %d) AS i".formatted(rows));
    var application =
        new Application(folder, temporal)
            .write("bbm.yml", "databases:\n  main:\n    url: %s\n".formatted(main.url()))
            .write("db/gitlab_schemas.yml", "orders: gitlab_main\n")
            .jobClass("CountOrders", "orders");
    application.init();
    return application;
  }

  Application write(String file, String text) {
    try {
      Path path = folder.resolve(file);
      Files.createDirectories(Objects.requireNonNull(path.getParent()));
      Files.writeString(path, text);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file of db/migrate or db/post_migrate. */
  Application file(String name, String sql) {
    return write("db/" + name, sql);
  }

  /** A job class in SQL that adds one to n. */
  Application jobClass(String name, String table) {
    return write(
        "db/background_migrations/" + table + ".sql",
        "-- job_class: %s\nUPDATE %s SET n = n + 1 WHERE ${subBatch}\n".formatted(name, table));
  }

  /** A job class in Java; the class itself is on the class path already. */
  Application javaJobClass(Class<? extends BatchedMigrationJob> job) throws IOException {
    Path jars = Files.createDirectories(folder.resolve("jars"));
    try (var jar = new JarOutputStream(Files.newOutputStream(jars.resolve("jobs.jar")))) {
      jar.putNextEntry(new ZipEntry("META-INF/services/" + BatchedMigrationJob.class.getName()));
      jar.write(job.getName().getBytes(UTF_8));
      jar.closeEntry();
    }
    return this;
  }

  void init() {
    Ended ended = run("init", "--yes");
    if (ended.exitCode() != 0) {
      throw new AssertionError(ended.toString());
    }
  }

  /** Runs a command in this JVM. */
  Ended run(String... words) {
    var out = new StringWriter();
    var err = new StringWriter();
    int exitCode =
        new CommandRunner(
                new Surroundings(environment, folder),
                Terminal.ofThisProcess(),
                new PrintWriter(out),
                new PrintWriter(err))
            .run(words);
    return new Ended(exitCode, out.toString(), err.toString());
  }

  /** Starts a command as a process of its own. */
  ChildProcess start(String... words) {
    var process =
        ChildProcess.start(
            JavaCommand.of(Main.class, words),
            folder,
            folder.resolve("process-%d.log".formatted(processes.size())),
            environment);
    processes.add(process);
    return process;
  }

  @Override
  public void close() {
    processes.forEach(ChildProcess::close);
  }
}
