package dev.bbm.starter.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where GitLab's files about databases lie: one file of all tables, or a folder {@code docs} with
 * one file for each; beside it the folders {@code gitlab_schemas} and {@code database_connections}.
 *
 * @param tables the one file, or the folder of tables
 */
record DictionaryFiles(Path tables) {

  static final String DEFAULT_FILE = "db/gitlab_schemas.yml";
  static final String DEFAULT_FOLDER = "db/docs";

  /** By the property {@code dictionary}: a file, the folder of tables, or the folder above it. */
  static DictionaryFiles of(Path given) {
    Path docs = given.resolve("docs");
    return new DictionaryFiles(Files.isDirectory(docs) ? docs : given);
  }

  boolean isFolder() {
    return Files.isDirectory(tables);
  }

  /** The YAML files of a folder of tables that still exist, or of {@code ""} for the folder. */
  List<Path> tableFiles(String folder) {
    return yamlFiles(tables.resolve(folder));
  }

  /** One file for each gitlab_schema. */
  List<Path> schemaFiles() {
    return yamlFiles(tables.resolveSibling("gitlab_schemas"));
  }

  /** One file for each database that the application knows. */
  List<Path> connectionFiles() {
    return yamlFiles(tables.resolveSibling("database_connections"));
  }

  /** Those directly in the folder, by name; none where there is no folder. */
  static List<Path> yamlFiles(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().matches(".*\\.ya?ml") && Files.isRegularFile(file))
          .sorted()
          .toList();
    } catch (IOException thrown) {
      throw new UncheckedIOException(thrown);
    }
  }
}
