package dev.bbm.activities.topology;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One configured database.
 *
 * @param name as in ids and on the command line: {@code main}
 * @param endpoints every server that may hold it, the usual one first; at least one
 * @param migrationAddress the way for DDL on the first endpoint, past a pooler; null where it is
 *     the usual one
 * @param gitlabSchemas the schemas that live there, gitlab_shared among them
 * @param lockGitlabSchemas the schemas whose tables are to be write-locked there
 * @param fallback the database that serves its schemas where this one is not configured, and whose
 *     place it shares without tasks of its own; null for main
 * @param databaseTasks false for a second connection to the same place
 * @param timelineCheck false only where the provider hides WAL functions
 * @param automaticTakeover whether workers follow an ordinary promotion by themselves
 * @param maxConnections upper limit of the pool
 */
public record DatabaseSettings(
    String name,
    List<Address> endpoints,
    @Nullable Address migrationAddress,
    List<String> gitlabSchemas,
    List<String> lockGitlabSchemas,
    @Nullable String fallback,
    boolean databaseTasks,
    boolean timelineCheck,
    boolean automaticTakeover,
    int maxConnections) {

  /** Tables of PostgreSQL and of the application's framework, in every database. */
  public static final String INTERNAL = "gitlab_internal";

  public DatabaseSettings {
    endpoints = List.copyOf(endpoints);
    if (endpoints.isEmpty()) {
      throw new IllegalArgumentException("a database has at least one endpoint: " + name);
    }
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
        List.of(new Address(url, user, password, Pooler.NONE)),
        null,
        gitlabSchemas,
        List.of(),
        null,
        databaseTasks,
        timelineCheck,
        true,
        maxConnections);
  }

  /** The usual way to it: the first endpoint. */
  public Address address() {
    return endpoints.getFirst();
  }

  /** The JDBC url without credentials. */
  public String url() {
    return address().url();
  }

  /** The role; empty for the url's or the operating system's. */
  public String user() {
    return address().user();
  }

  /** Never printed. */
  public Secret password() {
    return address().password();
  }

  /** Its schemas that have an owner and migrations: all but gitlab_internal. */
  public List<String> ownedSchemas() {
    return gitlabSchemas.stream().filter(schema -> !schema.equals(INTERNAL)).toList();
  }

  /** The same database with that one address only; migration_url belongs to the first endpoint. */
  public DatabaseSettings at(Address endpoint) {
    return with(
        List.of(endpoint), endpoint.equals(address()) ? migrationAddress : null, maxConnections);
  }

  /** The same database by its migration_url, for DDL and whatever needs a session of its own. */
  public DatabaseSettings forMigrations() {
    return migrationAddress == null ? this : at(migrationAddress);
  }

  /** The same database with another limit of connections. */
  public DatabaseSettings withMaxConnections(int connections) {
    return with(endpoints, migrationAddress, connections);
  }

  private DatabaseSettings with(
      List<Address> addresses, @Nullable Address migration, int connections) {
    return new DatabaseSettings(
        name,
        addresses,
        migration,
        gitlabSchemas,
        lockGitlabSchemas,
        fallback,
        databaseTasks,
        timelineCheck,
        automaticTakeover,
        connections);
  }
}
