package dev.bbm.starter.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bbm.starter.Main;
import dev.bbm.starter.config.ConfigurationLoader;
import dev.bbm.starter.config.Surroundings;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code bbm worker} where nothing is configured: servers of its own, whose data stay. */
@Timeout(600)
final class EmbeddedWorkerIT {

  private static final String QUEUE =
      """
      CREATE TABLE orders (id bigint PRIMARY KEY, n integer NOT NULL DEFAULT 0);
      INSERT INTO orders SELECT generate_series(1, 1000);
      SELECT bbm.queue_batched_background_migration('Increment', 'orders', 'id', sub_batch_size => 100)
      """;

  @TempDir private Path folder;

  @Test
  void runsAMigrationAndKnowsItAfterARestart() throws Exception {
    Files.createDirectories(folder.resolve("db/background_migrations"));
    Files.writeString(folder.resolve("db/gitlab_schemas.yml"), "orders: gitlab_main\n");
    Files.writeString(
        folder.resolve("db/background_migrations/increment.sql"),
        "-- job_class: Increment\nUPDATE orders SET n = n + 1 WHERE ${subBatch}\n");

    try (var worker = new WorkerOfAFolder(folder)) {
      execute(QUEUE);
      assertThat(new Cli(folder).run("wait main_1 --timeout 4m").exitCode()).isZero();
      assertThat(worker.end()).isZero();
    }
    assertThat(new Cli(folder).run("list").err()).contains("no database is configured");

    try (var worker = new WorkerOfAFolder(folder)) {
      assertThat(new Cli(folder).run("status main_1").out()).contains("finished");
      assertThat(worker.end()).isZero();
    }
  }

  private void execute(String sql) throws Exception {
    var main =
        new ConfigurationLoader(new Surroundings(Map.of(), folder)).load(null).database("main");
    try (var connection =
            DriverManager.getConnection(main.url(), main.user(), main.password().value());
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** A process that ends when its standard input does. */
  private static final class WorkerOfAFolder implements AutoCloseable {

    private final Process process;
    private final BufferedReader output;

    WorkerOfAFolder(Path folder) throws IOException {
      var builder =
          new ProcessBuilder(
              List.of(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "--enable-native-access=ALL-UNNAMED",
                  "--sun-misc-unsafe-memory-access=allow",
                  "-cp",
                  System.getProperty("java.class.path"),
                  Main.class.getName(),
                  "worker",
                  "--data-dir",
                  "data",
                  "--end-with-stdin"));
      builder.environment().keySet().removeIf(name -> name.startsWith("BBM_"));
      builder.environment().put("BBM_TEMPORAL_BINARY", "none");
      process = builder.directory(folder.toFile()).redirectErrorStream(true).start();
      output = process.inputReader(UTF_8);
      var said = new StringBuilder();
      for (var line = output.readLine(); line != null; line = output.readLine()) {
        said.append(line).append('\n');
        if (line.contains(" runs; Temporal at ")) {
          Thread.ofVirtual().start(() -> output.lines().forEach(_ -> {}));
          return;
        }
      }
      throw new AssertionError(said.toString());
    }

    /** Its exit code. */
    int end() throws IOException, InterruptedException {
      process.outputWriter().close();
      assertThat(process.waitFor(2, TimeUnit.MINUTES)).as("the worker ends").isTrue();
      return process.exitValue();
    }

    @Override
    public void close() {
      process.destroy();
    }
  }
}
