package dev.bbm.activities.topology;

import java.util.List;

/**
 * One configured database.
 *
 * @param name as in ids and on the command line: {@code main}
 * @param url a JDBC url without credentials in messages
 * @param user the role; empty for the url's or the operating system's
 * @param gitlabSchemas the schemas that live there, gitlab_shared among them
 * @param databaseTasks false for a second connection to the same place
 * @param timelineCheck false only where the provider hides WAL functions
 * @param maxConnections upper limit of the pool
 */
public record DatabaseSettings(
    String name,
    String url,
    String user,
    Secret password,
    List<String> gitlabSchemas,
    boolean databaseTasks,
    boolean timelineCheck,
    int maxConnections) {

  public DatabaseSettings {
    gitlabSchemas = List.copyOf(gitlabSchemas);
    if (maxConnections < 1) {
      throw new IllegalArgumentException(
          "maximum of connections must be at least 1: " + maxConnections);
    }
  }

  /** The same database with another limit of connections. */
  public DatabaseSettings withMaxConnections(int connections) {
    return new DatabaseSettings(
        name, url, user, password, gitlabSchemas, databaseTasks, timelineCheck, connections);
  }
}
