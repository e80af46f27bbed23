package dev.bbm.starter.config;

import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The dictionary: the gitlab_schema of each table and view.
 *
 * @param source the one file of all tables, or the folder with one file for each
 * @param isFolder which of the two it is
 * @param tables those that exist
 * @param deleted those that existed once, so that old migrations still find them
 * @param gitlabSchemas every name that exists
 */
public record Dictionary(
    Path source,
    boolean isFolder,
    SortedMap<String, Entry> tables,
    SortedMap<String, Entry> deleted,
    SortedSet<String> gitlabSchemas) {

  public Dictionary {
    tables = new TreeMap<>(tables);
    deleted = new TreeMap<>(deleted);
    gitlabSchemas = new TreeSet<>(gitlabSchemas);
  }

  /** One table, and the file that says so. */
  public record Entry(String gitlabSchema, Path file) {}

  /**
   * Reads a file of {@code table: gitlab_schema} lines, or GitLab's folder {@code db/docs}; an
   * absent one is empty. Throws INVALID_CONFIGURATION.
   */
  public static Dictionary read(Path given) {
    var problems = new Problems();
    Dictionary dictionary = new DictionaryReader(DictionaryFiles.of(given), problems).read();
    problems.throwIfAny();
    return dictionary;
  }

  /** Of tables as one file would list them. */
  public static Dictionary of(Path file, Map<String, String> schemas) {
    var tables = new TreeMap<String, Entry>();
    schemas.forEach((table, schema) -> tables.put(table, new Entry(schema, file)));
    return new Dictionary(file, false, tables, new TreeMap<>(), new TreeSet<>(schemas.values()));
  }

  /** Where a table belongs, with a name of PostgreSQL's schema before it or without. */
  public Optional<Classification> find(String table) {
    return new TableLookup(this, table).find();
  }

  /** The same; throws TABLE_NOT_CLASSIFIED that says what to write where. */
  public Classification load(String table) {
    return find(table)
        .orElseThrow(() ->
            ApplicationException.of(
                ErrorCode.TABLE_NOT_CLASSIFIED,
                "table \"%s\" is in no gitlab_schema".formatted(table),
                howToClassify(table, source.toString())));
  }

  /**
   * What to write where for a table that has no gitlab_schema; as bbm.how_to_classify says it.
   *
   * @param shown the source as people know it
   */
  public String howToClassify(String table, String shown) {
    String name = TableLookup.nameOf(table);
    return isFolder
        ? "write \"table_name: %s\" and \"gitlab_schema: gitlab_main\" (or another) into %s/%s.yml, then ./bbm init"
            .formatted(name, shown, name)
        : "add \"%s: gitlab_main\" (or another) to %s, then ./bbm init".formatted(name, shown);
  }

  /** Each table that exists to its gitlab_schema. */
  Map<String, String> existingSchemas() {
    return schemas(tables);
  }

  /** Each table that is gone, and was not made anew, to its gitlab_schema. */
  Map<String, String> deletedSchemas() {
    var gone = new TreeMap<>(deleted);
    gone.keySet().removeAll(tables.keySet());
    return schemas(gone);
  }

  private static Map<String, String> schemas(Map<String, Entry> entries) {
    var schemas = new LinkedHashMap<String, String>();
    entries.forEach((table, entry) -> schemas.put(table, entry.gitlabSchema()));
    return schemas;
  }

  /**
   * Where a table belongs, and why.
   *
   * @param file that says so; null where a name alone does
   */
  public record Classification(String gitlabSchema, Rule rule, @Nullable Path file) {}

  /** The rules by which a table's gitlab_schema is found, in this order; as bbm.classify_table. */
  public enum Rule {
    SYSTEM_SCHEMA("system schema"),
    TABLE("table"),
    PARTITION_NUMBER("partition number"),
    DELETED_TABLE("deleted table"),
    CI_PARTITION("ci partition"),
    TEST_PREFIX("test prefix"),
    PG_PREFIX("pg_ prefix");

    private final String words;

    Rule(String words) {
      this.words = words;
    }

    /** As people and SQL name it. */
    public String words() {
      return words;
    }
  }
}
