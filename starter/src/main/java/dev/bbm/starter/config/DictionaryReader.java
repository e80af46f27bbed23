package dev.bbm.starter.config;

import dev.bbm.starter.config.Dictionary.Entry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads the files of the dictionary; everything wrong in them is told at once. */
record DictionaryReader(DictionaryFiles files, Problems problems) {

  private static final List<String> EXISTING = List.of("", "views");
  private static final List<String> DELETED = List.of("deleted_tables", "deleted_views");

  Dictionary read() {
    SortedMap<String, Entry> tables = files.isFolder() ? inFolders(EXISTING) : inFile();
    SortedMap<String, Entry> deleted = files.isFolder() ? inFolders(DELETED) : new TreeMap<>();
    return new Dictionary(files.tables(), files.isFolder(), tables, deleted, schemas(tables));
  }

  /** Those that have a file of their own, where any has; else those that a table has. */
  private SortedSet<String> schemas(SortedMap<String, Entry> tables) {
    SortedSet<String> named = namedSchemas();
    if (named.isEmpty()) {
      tables.values().forEach(entry -> named.add(entry.gitlabSchema()));
      return named;
    }
    tables.forEach((table, entry) -> {
      if (!named.contains(entry.gitlabSchema())) {
        problems.add(
            "%s: gitlab_schema of %s".formatted(entry.file(), table),
            entry.gitlabSchema(),
            "is unknown; known: " + String.join(", ", named));
      }
    });
    return named;
  }

  /** Those that have a file of their own. */
  SortedSet<String> namedSchemas() {
    var named = new TreeSet<String>();
    files.schemaFiles().forEach(file -> name(file).ifPresent(named::add));
    return named;
  }

  private Optional<String> name(Path file) {
    String name = text(mapping(file).get("name"));
    if (!GitlabSchemaName.isOne(name)) {
      problems.add(file + ": name", name, "is no gitlab_schema; write gitlab_main, for example");
      return Optional.empty();
    }
    return Optional.of(GitlabSchemaName.of(name));
  }

  private SortedMap<String, Entry> inFile() {
    var tables = new TreeMap<String, Entry>();
    if (Files.exists(files.tables())) {
      mapping(files.tables())
          .forEach(
              (table, schema) -> put(tables, files.tables(), String.valueOf(table), text(schema)));
    }
    return tables;
  }

  private SortedMap<String, Entry> inFolders(List<String> folders) {
    var tables = new TreeMap<String, Entry>();
    folders.stream()
        .flatMap(folder -> files.tableFiles(folder).stream())
        .forEach(file -> put(tables, file));
    return tables;
  }

  private void put(Map<String, Entry> tables, Path file) {
    int before = problems.count();
    Map<?, ?> said = mapping(file);
    if (problems.count() > before) {
      return;
    }
    String table =
        text(said.containsKey("table_name") ? said.get("table_name") : said.get("view_name"));
    if (table.isEmpty()) {
      problems.add(file + ": table_name", "", "is missing; write the table that the file is about");
      return;
    }
    if (text(said.get("gitlab_schema")).isEmpty()) {
      problems.add(
          file + ": gitlab_schema",
          "",
          "is missing for table %s; write gitlab_schema: gitlab_main, or another".formatted(table));
      return;
    }
    Entry other = tables.get(table);
    if (other != null) {
      problems.add(
          file + ": table_name", table, "is the table of %s already".formatted(other.file()));
      return;
    }
    put(tables, file, table, text(said.get("gitlab_schema")));
  }

  private void put(Map<String, Entry> tables, Path file, String table, String schema) {
    if (GitlabSchemaName.isOne(schema)) {
      tables.put(table, new Entry(GitlabSchemaName.of(schema), file));
    } else {
      problems.add(
          file + ": " + table, schema, "is no gitlab_schema; write gitlab_main, for example");
    }
  }

  private Map<?, ?> mapping(Path file) {
    return Mapping.root(file.toString(), PlainYaml.read(file, problems), problems).values();
  }

  private static String text(@Nullable Object value) {
    return value == null ? "" : value.toString();
  }
}
