package dev.bbm.starter.config;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The environment variables that win over bbm.yml. */
record Variables(Surroundings surroundings) {

  static final String CONFIG = "BBM_CONFIG";
  static final String ENVIRONMENT = "BBM_ENV";

  private static final Pattern URL = Pattern.compile("BBM_([A-Z][A-Z0-9_]*)_URL");

  /**
   * Names of databases that have a url here, in the alphabet's order; BBM_MAIN_MIGRATION_URL is
   * another one of main.
   */
  List<String> databases() {
    return surroundings.variables().keySet().stream()
        .map(URL::matcher)
        .filter(matcher -> matcher.matches() && surroundings.variable(matcher.group()).isPresent())
        .map(matcher -> matcher.group(1).toLowerCase(Locale.ROOT))
        .filter(name -> !name.endsWith("_migration"))
        .sorted()
        .toList();
  }

  Optional<String> of(String database, Property property) {
    return surroundings.variable(name(database, property));
  }

  /** The variable of a database's property: {@code BBM_MAIN_URL}. */
  static String name(String database, Property property) {
    return "BBM_%s_%s"
        .formatted(database.toUpperCase(Locale.ROOT), property.key().toUpperCase(Locale.ROOT));
  }
}
