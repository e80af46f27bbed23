package dev.bbm.starter.config;

import dev.bbm.starter.config.Dictionary.Classification;
import dev.bbm.starter.config.Dictionary.Entry;
import dev.bbm.starter.config.Dictionary.Rule;
import dev.bbm.workflows.ownership.TaskQueues;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * GitLab's rules for the gitlab_schema of a table. The same as bbm.classify_table in V001; one
 * table of cases is tested against both.
 */
record TableLookup(Dictionary dictionary, String table) {

  private static final Set<String> SYSTEM_SCHEMAS =
      Set.of("bbm", "information_schema", "pg_catalog", "pg_toast");
  private static final String INTERNAL = "gitlab_internal";
  private static final Pattern PARTITION_NUMBER = Pattern.compile("_[0-9]+$");
  private static final String TEST = "_test_";
  private static final Pattern TEST_OF_SCHEMA = Pattern.compile("^_test_(gitlab_[a-z]+)_");

  /** The name without PostgreSQL's schema before it. */
  static String nameOf(String table) {
    return table.substring(table.indexOf('.') + 1);
  }

  Optional<Classification> find() {
    String name = nameOf(table);
    String stripped = PARTITION_NUMBER.matcher(name).replaceFirst("");
    List<Supplier<Optional<Classification>>> rules =
        List.of(
            this::system,
            () -> in(dictionary.tables(), table, Rule.TABLE), // a dot may be part of a name
            () -> in(dictionary.tables(), name, Rule.TABLE),
            () -> in(dictionary.tables(), stripped, Rule.PARTITION_NUMBER),
            () -> in(dictionary.deleted(), name, Rule.DELETED_TABLE),
            () -> in(dictionary.deleted(), stripped, Rule.DELETED_TABLE),
            () -> ciPartition(stripped),
            () -> test(name),
            () -> by(name.startsWith("pg_"), INTERNAL, Rule.PG_PREFIX));
    return rules.stream().map(Supplier::get).flatMap(Optional::stream).findFirst();
  }

  private Optional<Classification> system() {
    int dot = table.indexOf('.');
    return by(
        dot > 0 && SYSTEM_SCHEMAS.contains(table.substring(0, dot)), INTERNAL, Rule.SYSTEM_SCHEMA);
  }

  private static Optional<Classification> in(Map<String, Entry> entries, String name, Rule rule) {
    return Optional.ofNullable(entries.get(name))
        .map(entry -> new Classification(entry.gitlabSchema(), rule, entry.file()));
  }

  private Optional<Classification> ciPartition(String name) {
    return name.startsWith("ci_")
        ? in(dictionary.tables(), "p_" + name, Rule.CI_PARTITION)
        : Optional.empty();
  }

  private Optional<Classification> test(String name) {
    return name.startsWith(TEST)
        ? by(true, schemaOfTest(name), Rule.TEST_PREFIX)
        : Optional.empty();
  }

  /** The longest known schema that follows, else the word after gitlab_, else every database. */
  private String schemaOfTest(String name) {
    Matcher unknown = TEST_OF_SCHEMA.matcher(name);
    return Stream.concat(
            dictionary.gitlabSchemas().stream()
                .filter(schema -> name.startsWith(TEST + schema + "_"))
                .max(Comparator.comparingInt(String::length))
                .stream(),
            unknown.find() ? Stream.of(unknown.group(1)) : Stream.empty())
        .findFirst()
        .orElse(TaskQueues.SHARED);
  }

  private static Optional<Classification> by(boolean matches, String schema, Rule rule) {
    return matches ? Optional.of(new Classification(schema, rule, null)) : Optional.empty();
  }
}
