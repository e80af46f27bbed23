package dev.bbm.starter.config;

import dev.bbm.activities.topology.Secret;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The address of a database, taken apart: credentials apart from the JDBC url, so that the url may
 * be shown.
 *
 * @param user null when the address names none
 * @param password null when the address holds none
 */
record PostgresUrl(String jdbc, @Nullable String user, @Nullable Secret password) {

  static final String EXAMPLE = "postgresql://user@host:5432/database";

  private static final List<String> SCHEMES =
      List.of("jdbc:postgresql://", "postgresql://", "postgres://");

  /** Names of libpq (PostgreSQL, 34.1.2) that the JDBC driver spells otherwise. */
  private static final Map<String, String> DRIVER_NAMES =
      Map.of(
          "connect_timeout", "connectTimeout",
          "gssencmode", "gssEncMode",
          "channel_binding", "channelBinding",
          "application_name", "ApplicationName");

  /**
   * Reads an address of libpq's form or JDBC's; throws IllegalArgumentException saying what is
   * wrong.
   */
  static PostgresUrl parse(String address) {
    String rest =
        SCHEMES.stream()
            .filter(address::startsWith)
            .findFirst()
            .map(scheme -> address.substring(scheme.length()))
            .orElseThrow(() -> new IllegalArgumentException("is no address of PostgreSQL"));
    int query = rest.indexOf('?');
    String place = query < 0 ? rest : rest.substring(0, query);
    Map<String, String> parameters = parameters(query < 0 ? "" : rest.substring(query + 1));
    int slash = place.indexOf('/');
    String authority = slash < 0 ? place : place.substring(0, slash);
    String database = slash < 0 ? "" : decoded(place.substring(slash + 1));
    int at = authority.lastIndexOf('@');
    String[] credentials = at < 0 ? new String[0] : authority.substring(0, at).split(":", 2);
    String user = credentials.length > 0 ? decoded(credentials[0]) : parameters.get("user");
    String password = credentials.length > 1 ? decoded(credentials[1]) : parameters.get("password");
    String name = database.isEmpty() ? parameters.getOrDefault("dbname", "") : database;
    return new PostgresUrl(
        jdbc(hosts(authority.substring(at + 1), parameters), name, parameters),
        blankToNull(user),
        blankToNull(password) == null ? null : new Secret(String.valueOf(password)));
  }

  /** The address, or a text with addresses in it, with stars for each password. */
  static String masked(String address) {
    return address
        .replaceAll("//([^/@:]*):[^/]*@", "//$1:***@")
        .replaceAll("(?i)(password=)[^&]*", "$1***");
  }

  private static String hosts(String given, Map<String, String> parameters) {
    String hosts = given.isEmpty() ? parameters.getOrDefault("host", "localhost") : decoded(given);
    if (hosts.startsWith("/") || hosts.startsWith("@")) {
      throw new IllegalArgumentException("names a Unix socket, which the JDBC driver cannot use");
    }
    for (String host : hosts.split(",")) {
      requirePort(host);
    }
    String port = parameters.get("port");
    return port == null || hosts.matches(".*:[0-9]+") ? hosts : hosts + ":" + port;
  }

  private static void requirePort(String host) {
    int colon = host.lastIndexOf(':');
    if (colon <= host.lastIndexOf(']')) {
      return;
    }
    String port = host.substring(colon + 1);
    if (!port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65_535) {
      throw new IllegalArgumentException("has the port \"%s\", which is none".formatted(port));
    }
  }

  private static String jdbc(String hosts, String database, Map<String, String> parameters) {
    String query =
        parameters.entrySet().stream()
            .filter(parameter ->
                !List.of("user", "password", "host", "port", "dbname", "application_name")
                    .contains(parameter.getKey()))
            .map(parameter ->
                DRIVER_NAMES.getOrDefault(parameter.getKey(), parameter.getKey())
                    + "="
                    + encoded(parameter.getValue()))
            .collect(Collectors.joining("&"));
    return "jdbc:postgresql://"
        + hosts
        + "/"
        + encoded(database)
        + (query.isEmpty() ? "" : "?" + query);
  }

  private static Map<String, String> parameters(String query) {
    var parameters = new LinkedHashMap<String, String>();
    for (String pair : query.split("&")) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        parameters.put(pair.substring(0, equals), decoded(pair.substring(equals + 1)));
      }
    }
    return parameters;
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException thrown) {
      throw new IllegalArgumentException("has a % that begins no %XX; write %25 for it", thrown);
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static @Nullable String blankToNull(@Nullable String text) {
    return text == null || text.isBlank() ? null : text;
  }
}
