package dev.bbm.activities.database;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A database of its own for each test class, on one PostgreSQL for the JVM:
 *
 * <pre>
 * {@code @RegisterExtension static final PostgresExtension postgres = new PostgresExtension();}
 * </pre>
 *
 * <p>Every session is in the time zone Pacific/Chatham, 12:45 or 13:45 ahead of UTC.
 */
public final class PostgresExtension implements BeforeAllCallback, AfterAllCallback {

  /** The time zone of every session. */
  public static final String TIME_ZONE = "Pacific/Chatham";

  private static final AtomicInteger DATABASES = new AtomicInteger();

  /**
   * pgjdbc sends the JVM's zone when it connects, which overrules ALTER DATABASE … SET timezone; a
   * login trigger runs later and so overrules pgjdbc, for every driver and pool.
   */
  private static final String[] HOSTILE_TIME_ZONE = {
    """
    CREATE FUNCTION public.enter_time_zone() RETURNS event_trigger
    LANGUAGE plpgsql AS
    $$ BEGIN PERFORM set_config('TimeZone', '%s', false); END $$
    """
        .formatted(TIME_ZONE),
    "CREATE EVENT TRIGGER enter_time_zone ON login EXECUTE FUNCTION public.enter_time_zone()"
  };

  private final Consumer<DataSource> initializer;
  private @Nullable EmbeddedPostgres server;
  private @Nullable String database;
  private @Nullable String owner;

  /** An empty database. */
  public PostgresExtension() {
    this(dataSource -> {});
  }

  /** A database that {@code initializer} fills before the first test. */
  public PostgresExtension(Consumer<DataSource> initializer) {
    this.initializer = initializer;
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    if (database != null) {
      return; // a nested class: the outer one has it already
    }
    server = serverOf(context);
    database = "test_" + DATABASES.incrementAndGet();
    owner = context.getUniqueId();
    execute(server.getPostgresDatabase(), "CREATE DATABASE " + database);
    execute(dataSource(), HOSTILE_TIME_ZONE);
    initializer.accept(dataSource());
  }

  @Override
  public void afterAll(ExtensionContext context) {
    if (context.getUniqueId().equals(owner)) {
      execute(server().getPostgresDatabase(), "DROP DATABASE " + database() + " WITH (FORCE)");
      database = null;
    }
  }

  /** Stopped when the last test of the JVM has run. */
  private static EmbeddedPostgres serverOf(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(ExtensionContext.Namespace.create(PostgresExtension.class))
        .computeIfAbsent("server", key -> start(), EmbeddedPostgres.class);
  }

  private static EmbeddedPostgres start() {
    try {
      return EmbeddedPostgres.start();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Connections without a pool, each new. */
  public DataSource dataSource() {
    return server().getDatabase("postgres", database());
  }

  /** The JDBC address; user {@code postgres}, no password. */
  public String url() {
    return "jdbc:postgresql://localhost:" + port() + "/" + database() + "?user=postgres";
  }

  /** The server's port on the loopback interface. */
  public int port() {
    return server().getPort();
  }

  /** The database's name. */
  public String database() {
    return Objects.requireNonNull(database, "not within a test class");
  }

  /** Runs statements in one connection, each committed by itself. */
  public void execute(String... statements) {
    execute(dataSource(), statements);
  }

  private EmbeddedPostgres server() {
    return Objects.requireNonNull(server, "not within a test class");
  }

  private static void execute(DataSource dataSource, String... statements) {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    } catch (SQLException failed) {
      throw new IllegalStateException(failed);
    }
  }
}
