package dev.bbm.workflows.migration;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The recorded histories of BatchedMigration: {@code <release>-<case>.json}. */
final class Histories {

  /** From the module's folder, where Maven runs tests. */
  static final Path FOLDER = Path.of("src/test/resources/histories/batched-migration");

  private Histories() {}

  static List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
