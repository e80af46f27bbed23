package dev.bbm.activities.topology;

/**
 * One way to a database.
 *
 * @param url a JDBC url without credentials, for messages too
 * @param user the role; empty for the url's or the operating system's
 */
public record Address(String url, String user, Secret password, Pooler pooler) {}
