package dev.bbm.workflows.failover;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The recorded histories of Failover and FailoverRollback: {@code <release>-<case>.json}. */
final class FailoverHistories {

  /** From the module's folder, where Maven runs tests. */
  static final Path FOLDER = Path.of("src/test/resources/histories/failover");

  private FailoverHistories() {}

  static List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
