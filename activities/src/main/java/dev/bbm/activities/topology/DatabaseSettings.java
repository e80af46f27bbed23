package dev.bbm.activities.topology;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One configured database.
 *
 * @param name as in ids and on the command line: {@code main}
 * @param address the usual way to it
 * @param migrationAddress the way for DDL, past a pooler; null where it is the usual one
 * @param gitlabSchemas the schemas that live there, gitlab_shared among them
 * @param lockGitlabSchemas the schemas whose tables are to be write-locked there
 * @param fallback the database that serves its schemas where this one is not configured, and whose
 *     place it shares without tasks of its own; null for main
 * @param databaseTasks false for a second connection to the same place
 * @param timelineCheck false only where the provider hides WAL functions
 * @param maxConnections upper limit of the pool
 */
public record DatabaseSettings(
    String name,
    Address address,
    @Nullable Address migrationAddress,
    List<String> gitlabSchemas,
    List<String> lockGitlabSchemas,
    @Nullable String fallback,
    boolean databaseTasks,
    boolean timelineCheck,
    int maxConnections) {

  /** Tables of PostgreSQL and of the application's framework, in every database. */
  public static final String INTERNAL = "gitlab_internal";

  public DatabaseSettings {
    gitlabSchemas = List.copyOf(gitlabSchemas);
    lockGitlabSchemas = List.copyOf(lockGitlabSchemas);
    if (maxConnections < 1) {
      throw new IllegalArgumentException(
          "maximum of connections must be at least 1: " + maxConnections);
    }
  }

  /** A database with one address, no pooler, no fallback and nothing to lock. */
  public DatabaseSettings(
      String name,
      String url,
      String user,
      Secret password,
      List<String> gitlabSchemas,
      boolean databaseTasks,
      boolean timelineCheck,
      int maxConnections) {
    this(
        name,
        new Address(url, user, password, Pooler.NONE),
        null,
        gitlabSchemas,
        List.of(),
        null,
        databaseTasks,
        timelineCheck,
        maxConnections);
  }

  /** The JDBC url without credentials. */
  public String url() {
    return address.url();
  }

  /** The role; empty for the url's or the operating system's. */
  public String user() {
    return address.user();
  }

  /** Never printed. */
  public Secret password() {
    return address.password();
  }

  /** Its schemas that have an owner and migrations: all but gitlab_internal. */
  public List<String> ownedSchemas() {
    return gitlabSchemas.stream().filter(schema -> !schema.equals(INTERNAL)).toList();
  }

  /** The same database by its migration_url, for DDL and whatever needs a session of its own. */
  public DatabaseSettings forMigrations() {
    return migrationAddress == null ? this : with(migrationAddress, maxConnections);
  }

  /** The same database with another limit of connections. */
  public DatabaseSettings withMaxConnections(int connections) {
    return with(address, connections);
  }

  private DatabaseSettings with(Address changed, int connections) {
    return new DatabaseSettings(
        name,
        changed,
        migrationAddress,
        gitlabSchemas,
        lockGitlabSchemas,
        fallback,
        databaseTasks,
        timelineCheck,
        connections);
  }
}
