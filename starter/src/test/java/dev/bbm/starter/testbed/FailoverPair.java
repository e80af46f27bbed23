package dev.bbm.starter.testbed;

import dev.bbm.starter.command.Cli;
import dev.bbm.starter.embedded.DatabaseServerOptions;
import dev.bbm.starter.embedded.EmbeddedDatabaseServer;
import dev.bbm.starter.embedded.EmbeddedStandby;
import dev.bbm.starter.embedded.UserCache;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A primary and its streaming standby on the eve of the failover: two connections, main and ci,
 * lead to one database of the primary; the counted tables are there, and bbm is installed.
 */
public final class FailoverPair implements AutoCloseable {

  /** The database's name on both servers. */
  public static final String DATABASE = "app";

  /** Of each counted table, with the ids from 1. */
  public static final int ROWS = 2_000;

  private final EmbeddedDatabaseServer primary;
  private final EmbeddedStandby standby;
  private final Application application;

  private FailoverPair(
      EmbeddedDatabaseServer primary, EmbeddedStandby standby, Application application) {
    this.primary = primary;
    this.standby = standby;
    this.application = application;
  }

  /** Starts both servers in an empty folder. */
  public static FailoverPair start(Path folder) {
    return start(folder, Map.of());
  }

  /**
   * The same with settings that need a restart.
   *
   * @param settings of both servers, in the words of postgresql.conf
   */
  public static FailoverPair start(Path folder, Map<String, String> settings) {
    var template = ServerTemplate.get();
    template.copyServer(folder.resolve("primary"));
    var application = template.copyApplication(folder.resolve("project"));
    var primary =
        new EmbeddedDatabaseServer(
            DatabaseServerOptions.throwaway(folder.resolve("primary"))
                .withDatabases(List.of(DATABASE))
                .withSettings(settings),
            UserCache.of(System.getenv()));
    try {
      primary.start();
      // The standby has its own command line, but a copy of the file that this writes.
      settings.forEach(new Levers(primary)::set);
      var standby = EmbeddedStandby.of(primary, folder.resolve("standby"));
      var pair = new FailoverPair(primary, standby, application);
      application.configure(
          configuration(address(primary), address(primary), address(standby.server())));
      return pair;
    } catch (IOException e) {
      primary.close();
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      primary.close();
      throw e;
    }
  }

  /** Two connections to one place, the second of which will move to the standby. */
  static String configuration(String primary, String... endpoints) {
    return """
    databases:
      main:
        url: %s
        gitlab_schemas: [gitlab_main, gitlab_shared]
      ci:
        endpoints: ['%s']
        gitlab_schemas: [gitlab_ci, gitlab_shared]
        database_tasks: false
    """
        .formatted(primary, String.join("', '", endpoints));
  }

  private static String address(EmbeddedDatabaseServer server) {
    return server.uri(DATABASE).toString();
  }

  /** The server that main and ci share before the failover. */
  public EmbeddedDatabaseServer primary() {
    return primary;
  }

  /** The server that becomes ci. */
  public EmbeddedStandby standby() {
    return standby;
  }

  /** What can be done to the primary. */
  public Levers primaryLevers() {
    return new Levers(primary);
  }

  /** What can be done to the standby. */
  public Levers standbyLevers() {
    return new Levers(standby.server());
  }

  /** Statements on the primary. */
  public Sql onPrimary() {
    return new Sql(primary.jdbcUrl(DATABASE));
  }

  /** Statements on the standby, of reading only until it is promoted. */
  public Sql onStandby() {
    return new Sql(standby.server().jdbcUrl(DATABASE));
  }

  /** Returns once the standby has applied what the primary has written. */
  public void awaitCaughtUp() {
    primaryLevers().awaitCaughtUp(standbyLevers());
  }

  /** The command line in the project's folder. */
  public Cli bbm() {
    return new Cli(application.folder());
  }

  /** Where bbm.yml, the dictionary and the job classes are. */
  public Path project() {
    return application.folder();
  }

  /** The job classes' files. */
  public Path jobClasses() {
    return application.jobClasses();
  }

  /** Queues the migration of a table on the primary, in small sub-batches, and returns its uid. */
  public String queue(CountedTable counted) {
    String id =
        onPrimary()
            .value(
                """
                SELECT bbm.queue_batched_background_migration(
                           ?, ?, batch_size => 400, sub_batch_size => 50, pause_ms => 0, once_per_place => ?)
                """,
                counted.jobClass(),
                counted.table(),
                counted.isShared());
    return onPrimary()
        .value("SELECT uid FROM bbm.batched_background_migrations WHERE id = ?", Long.valueOf(id));
  }

  /**
   * One migration of each kind that a failover meets: staying, moving, shared, with the label that
   * GitLab's back-fill gave to everything, and over a table that the dictionary does not know.
   */
  public void queueEveryKind() {
    for (CountedTable counted : CountedTable.values()) {
      queue(counted);
    }
    mislabel(CountedTable.PIPELINES);
    forget(CountedTable.STRAYS);
  }

  /** Gives a migration the label gitlab_main, past all checks. */
  public void mislabel(CountedTable counted) {
    onPrimary()
        .execute(
            """
            UPDATE bbm.batched_background_migrations SET gitlab_schema = 'gitlab_main' WHERE table_name = '%s'
            """
                .formatted(counted.table()),
            """
            UPDATE bbm.batched_background_migration_jobs AS j
               SET gitlab_schema = 'gitlab_main'
              FROM bbm.batched_background_migrations AS m
             WHERE m.id = j.batched_background_migration_id AND m.table_name = '%s'
            """
                .formatted(counted.table()));
  }

  /** Takes a table out of the dictionary. */
  public void forget(CountedTable counted) {
    application.forget(counted.table());
    onPrimary()
        .execute(
            "DELETE FROM bbm.table_schemas WHERE table_name = '%s'".formatted(counted.table()));
  }

  @Override
  public void close() {
    primaryLevers().thaw();
    standbyLevers().thaw();
    standby.close();
    primary.close();
  }
}
