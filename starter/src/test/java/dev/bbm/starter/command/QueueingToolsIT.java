package dev.bbm.starter.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bbm.activities.database.PostgresExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import liquibase.Liquibase;
import liquibase.database.DatabaseFactory;
import liquibase.database.jvm.JdbcConnection;
import liquibase.exception.LiquibaseException;
import liquibase.resource.DirectoryResourceAccessor;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The examples of docs/queueing.md, each run by the tool that it is written for. */
@Timeout(600)
final class QueueingToolsIT {

  private static final Path EXAMPLES = Path.of("..", "examples", "queueing").toAbsolutePath();
  private static final String FILE = "20261121101500_queue_backfill_orders_currency.sql";

  @RegisterExtension static final PostgresExtension postgres = new PostgresExtension();

  @TempDir private static Path folder;

  @BeforeAll
  static void install() throws IOException {
    Installed.orders(postgres);
    Installed.jobClass(folder, "BackfillOrdersCurrency", "orders");
    Installed.write(folder, "db/gitlab_schemas.yml", "orders: gitlab_main\n");
    Installed.init(new Cli(folder).with("BBM_MAIN_URL", postgres.url()));
  }

  @BeforeEach
  void forget() {
    postgres.execute("DELETE FROM bbm.batched_background_migrations");
  }

  @AfterEach
  void isQueuedAsTheCommandLineShowsIt() {
    assertThat(new Cli(folder).with("BBM_MAIN_URL", postgres.url()).run("list").out())
        .contains("BackfillOrdersCurrency", "active");
  }

  @Test
  void psqlQueues() throws Exception {
    psql("psql", "--single-transaction");

    assertThat(queued()).isEqualTo("active|10000|1000|psql|null");
  }

  @Test
  void psqlQueuesNothingWhenItsTransactionFails() throws Exception {
    Path failing = folder.resolve("failing.sql");
    Files.writeString(
        failing, Files.readString(EXAMPLES.resolve("psql").resolve(FILE)) + "SELECT 1 / 0;\n");

    assertThat(run(folder, Map.of(), psqlCommand(failing, "--single-transaction"))).isNotZero();
    assertThat(queued()).isEmpty();

    psql("psql", "--single-transaction");
  }

  @Test
  void railsQueuesWithItsOwnVersion() throws Exception {
    psql("rails");

    assertThat(queued()).isEqualTo("active|10000|1000|rails|20261121101500");
    assertThat(Installed.rows(postgres, "SELECT version FROM schema_migrations"))
        .isEqualTo("20261121101500");
    postgres.execute("DROP TABLE schema_migrations");
  }

  @Test
  void flywayQueuesOnce() {
    var flyway =
        Flyway.configure()
            .dataSource(postgres.dataSource())
            .locations("filesystem:" + EXAMPLES.resolve("flyway"))
            .baselineOnMigrate(true)
            .baselineVersion("0")
            .load();

    assertThat(flyway.migrate().migrationsExecuted).isEqualTo(1);
    assertThat(flyway.migrate().migrationsExecuted).isZero();

    assertThat(queued()).isEqualTo("active|10000|1000|flyway|20261121101500");
  }

  @Test
  void liquibaseQueuesOnceAndTakesItBack() throws Exception {
    liquibase(Liquibase::update);
    liquibase(Liquibase::update);
    assertThat(queued()).isEqualTo("active|10000|1000|liquibase|20261121101500");

    liquibase(changelog -> changelog.rollback(1, ""));
    assertThat(queued()).isEmpty();
    // Liquibase itself thinks for as long as this JVM lives that it is up to date.
    psql("psql", "--single-transaction");
  }

  private interface Work {
    void on(Liquibase changelog) throws LiquibaseException;
  }

  /** Closing it closes the connection too. */
  private static void liquibase(Work work) throws Exception {
    var connection = new JdbcConnection(DriverManager.getConnection(postgres.url()));
    var database = DatabaseFactory.getInstance().findCorrectDatabaseImplementation(connection);
    var files = new DirectoryResourceAccessor(EXAMPLES.resolve("liquibase"));
    try (var changelog = new Liquibase("changelog.sql", files, database)) {
      work.on(changelog);
    }
  }

  @Test
  void alembicQueuesOnceAndTakesItBack() throws Exception {
    Path python = python("alembic==1.17.1", "psycopg[binary]==3.2.12");
    Path copy = copyOf(EXAMPLES.resolve("alembic"));

    alembic(python, copy, "upgrade", "head");
    alembic(python, copy, "upgrade", "head");
    assertThat(queued()).isEqualTo("active|10000|1000|alembic|20261121101500");

    alembic(python, copy, "downgrade", "base");
    assertThat(queued()).isEmpty();
    alembic(python, copy, "upgrade", "head");
  }

  private static String queued() {
    return Installed.rows(
        postgres,
        """
        SELECT bbm.status_name(status), batch_size, sub_batch_size, requested_by, queued_migration_version
          FROM bbm.batched_background_migrations
        """);
  }

  private static void psql(String example, String... options) throws Exception {
    int exitCode =
        run(folder, Map.of(), psqlCommand(EXAMPLES.resolve(example).resolve(FILE), options));
    assertThat(exitCode).isZero();
  }

  private static List<String> psqlCommand(Path file, String... options) {
    return Stream.of(
            Stream.of(
                "psql", "--no-psqlrc", "--set", "ON_ERROR_STOP=on", "--file", file.toString()),
            Stream.of(options),
            Stream.of("--dbname", address("postgresql")))
        .flatMap(words -> words)
        .toList();
  }

  /** The database as tools outside Java are told. */
  private static String address(String scheme) {
    String rest = postgres.url().substring("jdbc:postgresql".length());
    String user = rest.contains("user=") ? "" : "postgres@";
    return scheme + rest.replaceFirst("^://", "://" + user);
  }

  private static void alembic(Path python, Path copy, String... words) throws Exception {
    var command =
        Stream.concat(Stream.of(python.toString(), "-m", "alembic"), Stream.of(words)).toList();
    assertThat(run(copy, Map.of("DATABASE_URL", address("postgresql+psycopg")), command)).isZero();
  }

  /** A Python of the test's own with these packages. */
  private static Path python(String... packages) throws Exception {
    assertThat(run(folder, Map.of(), List.of("python3", "-m", "venv", "venv"))).isZero();
    Path python = folder.resolve("venv/bin/python");
    var install = Stream.of(python.toString(), "-m", "pip", "install", "--quiet");
    assertThat(run(folder, Map.of(), Stream.concat(install, Stream.of(packages)).toList()))
        .isZero();
    return python;
  }

  /** Python leaves compiled files beside what it runs. */
  private static Path copyOf(Path example) throws IOException {
    Path copy = folder.resolve("alembic");
    try (var files = Files.walk(example)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path target = copy.resolve(example.relativize(file).toString());
        Files.createDirectories(target.getParent());
        Files.copy(file, target);
      }
    }
    return copy;
  }

  private static int run(Path where, Map<String, String> variables, List<String> command)
      throws Exception {
    var builder = new ProcessBuilder(command).directory(where.toFile()).redirectErrorStream(true);
    builder.environment().putAll(variables);
    Process process = builder.start();
    process.outputWriter().close();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
    System.out.println(String.join(" ", command.subList(0, 1)) + ": " + said);
    return process.exitValue();
  }
}
