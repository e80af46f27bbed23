package dev.bbm.starter.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** The dictionary: the gitlab_schema of each table. */
public record Dictionary(SortedMap<String, String> schemas) {

  public Dictionary {
    schemas = new TreeMap<>(schemas);
  }

  /**
   * Reads {@code table: gitlab_schema} lines; an absent file is empty. Throws
   * INVALID_CONFIGURATION.
   */
  public static Dictionary read(Path file) {
    var problems = new Problems();
    var schemas = new TreeMap<String, String>();
    if (Files.exists(file)) {
      Mapping.root(file.toString(), PlainYaml.read(file, problems), problems)
          .values()
          .forEach((table, schema) -> put(schemas, file, table, schema, problems));
    }
    problems.throwIfAny();
    return new Dictionary(schemas);
  }

  private static void put(
      Map<String, String> schemas, Path file, Object table, Object schema, Problems problems) {
    if (schema instanceof String name && name.matches("[a-z][a-z0-9_]*")) {
      schemas.put(table.toString(), name);
    } else {
      problems.add(
          file + ": " + table,
          String.valueOf(schema),
          "is no gitlab_schema; write gitlab_main, for example");
    }
  }

  /** The gitlab_schemas that have a table. */
  public SortedSet<String> gitlabSchemas() {
    return new TreeSet<>(schemas.values());
  }
}
