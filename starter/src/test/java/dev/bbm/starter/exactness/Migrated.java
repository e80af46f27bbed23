package dev.bbm.starter.exactness;

import dev.bbm.activities.OpenDatabase;
import dev.bbm.activities.job.JobClasses;
import dev.bbm.activities.topology.DatabaseSettings;
import dev.bbm.activities.topology.SchemaInstaller;
import dev.bbm.activities.topology.Secret;
import dev.bbm.starter.config.Dictionary;
import dev.bbm.starter.config.Registration;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The database under test, seen through connections of the test's own. */
final class Migrated implements AutoCloseable {

  /**
   * Who moved which cursor when: the witness of every run, written in the sub-batch's own
   * transaction.
   */
  private static final String AUDIT =
      """
      CREATE SCHEMA audit;
      CREATE TABLE audit.moves (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
          job_id bigint NOT NULL, before jsonb NOT NULL, after jsonb NOT NULL, rows bigint NOT NULL,
          claimed_by text, moved_by text NOT NULL, at timestamptz NOT NULL DEFAULT clock_timestamp());
      CREATE TABLE audit.fences (snapshot pg_snapshot NOT NULL, lifted pg_snapshot);
      CREATE TABLE audit.slowness (seconds double precision NOT NULL);
      INSERT INTO audit.slowness VALUES (0);
      CREATE FUNCTION audit.move() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
          INSERT INTO audit.moves (job_id, before, after, rows, claimed_by, moved_by)
          VALUES (NEW.id, OLD.cursor, NEW.cursor, NEW.updated_tuples - OLD.updated_tuples, 'bbm/' || NEW.worker, current_setting('application_name'));
          RETURN NULL;
      END $$;
      CREATE TRIGGER audit_move AFTER UPDATE OF cursor ON bbm.batched_background_migration_jobs
          FOR EACH ROW EXECUTE FUNCTION audit.move();
      CREATE FUNCTION audit.slow_down() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
          PERFORM pg_sleep(s.seconds) FROM audit.slowness AS s WHERE s.seconds > 0;
          RETURN NULL;
      END $$;
      CREATE FUNCTION audit.hurry() RETURNS bigint LANGUAGE sql AS $$
          WITH hurried AS (
              UPDATE bbm.batched_background_migrations SET pause_ms = 0, revision = revision + 1 WHERE status = 1 RETURNING id)
          SELECT count(*) FROM hurried
      $$;
      """;

  private static final String GUARD_ALWAYS =
      """
      DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET bbm.guard = ''always''', current_database()); END $$
      """;

  private final String url;
  private @Nullable Connection connection;

  Migrated(String url) {
    this.url = url;
  }

  /** Installs schema bbm, the witness, the job classes and the subjects' tables. */
  static Migrated install(String url, Path jobs, int numbers, int others) {
    var settings =
        new DatabaseSettings("main", url, "", new Secret(""), Subject.schemas(), true, true, 2);
    var dictionary =
        new TreeMap<>(
            Subject.all().stream()
                .collect(Collectors.toMap(Subject::table, Subject::gitlabSchema)));
    dictionary.put("slowness", "gitlab_internal");
    dictionary.put("moves", "gitlab_internal");
    try (var database = OpenDatabase.of(settings, "exactness", List.of())) {
      SchemaInstaller.install(database);
      new Registration(
              Dictionary.of(Path.of("db/gitlab_schemas.yml"), dictionary),
              "db/gitlab_schemas.yml",
              JobClasses.load(jobs, Migrated.class.getClassLoader()))
          .writeTo(database);
    }
    var installed = new Migrated(url);
    installed.execute(GUARD_ALWAYS);
    installed.execute(AUDIT);
    Subject.all()
        .forEach(subject ->
            installed.execute(subject.create(subject.equals(Subject.NUMBERS) ? numbers : others)));
    return installed;
  }

  Connection open() throws SQLException {
    return DriverManager.getConnection(url);
  }

  synchronized void execute(String sql) {
    try (var statement = connection().createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw lost(sql, e);
    }
  }

  private Connection connection() throws SQLException {
    var known = connection;
    if (known == null) {
      known = open();
      connection = known;
    }
    return known;
  }

  /** The next question opens a new connection: the server may have been killed. */
  private IllegalStateException lost(String sql, SQLException e) {
    close();
    return new IllegalStateException(sql, e);
  }

  @Override
  public synchronized void close() {
    try {
      if (connection != null) {
        connection.close();
      }
    } catch (SQLException _) {
      // The server is gone, and the connection with it.
    }
    connection = null;
  }

  /** The first column of the only row. */
  String value(String sql, Object... parameters) {
    var values = values(sql, parameters);
    if (values.size() != 1) {
      throw new IllegalStateException(values.size() + " rows, not one: " + sql);
    }
    return String.valueOf(values.getFirst());
  }

  long number(String sql, Object... parameters) {
    return Long.parseLong(value(sql, parameters));
  }

  /** The first column of each row. */
  synchronized List<@Nullable String> values(String sql, Object... parameters) {
    try (var statement = connection().prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      try (var rows = statement.executeQuery()) {
        var values = new ArrayList<@Nullable String>();
        while (rows.next()) {
          values.add(rows.getString(1));
        }
        return values;
      }
    } catch (SQLException e) {
      throw lost(sql, e);
    }
  }

  /** Queues the subject's job; the options are SQL, comma first. */
  long queue(Subject subject, String options) {
    return number(
        "SELECT bbm.queue_batched_background_migration('%s', '%s', '%s'%s)"
            .formatted(subject.jobClass(), subject.table(), subject.columns(), options));
  }

  /** Every sub-batch from now on takes so long. */
  void slowDown(double seconds) {
    execute("UPDATE audit.slowness SET seconds = " + seconds);
  }

  /** Sub-batches committed so far. */
  long moves() {
    return number("SELECT count(*) FROM audit.moves");
  }

  /** The same of one migration. */
  long moves(long migration) {
    return number(
        """
        SELECT count(*) FROM audit.moves AS o JOIN bbm.batched_background_migration_jobs AS j ON j.id = o.job_id
         WHERE j.batched_background_migration_id = ?
        """,
        migration);
  }

  /** By what the row says; whether Temporal knows it is another question. */
  String workflowId(long migration) {
    return value(
        "SELECT format('%s/%s.%s/%s', job_class_name, table_name, column_name, uid) FROM bbm.batched_background_migrations WHERE id = ?",
        migration);
  }

  String status(long migration) {
    return value(
        "SELECT bbm.status_name(status) FROM bbm.batched_background_migrations WHERE id = ?",
        migration);
  }

  boolean allFinished() {
    return number("SELECT count(*) FROM bbm.batched_background_migrations WHERE status <> 3") == 0;
  }

  /** Asks again while the server is down. */
  <T> T patiently(Supplier<T> question) {
    for (int attempt = 1; ; attempt++) {
      try {
        return question.get();
      } catch (IllegalStateException down) {
        if (attempt == 100) {
          throw down;
        }
        Await.sleep(100);
      }
    }
  }
}
