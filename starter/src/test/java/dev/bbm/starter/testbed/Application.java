package dev.bbm.starter.testbed;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The project folder of an application with the counted tables. */
record Application(Path folder) {

  /** The witness's own tables: the guard lets a sub-batch write to them. */
  private static final String WITNESS =
      """
      owner_changes: gitlab_internal
      decisions: gitlab_internal
      moves: gitlab_internal
      writes: gitlab_internal
      states: gitlab_internal
      """;

  void write() throws IOException {
    Files.createDirectories(jobClasses());
    for (CountedTable counted : CountedTable.values()) {
      Files.writeString(jobClasses().resolve(counted.table() + ".sql"), counted.jobFile(), UTF_8);
    }
    Files.writeString(dictionary(), entries() + WITNESS, UTF_8);
  }

  private static String entries() {
    return Arrays.stream(CountedTable.values())
        .map(it -> "%s: %s%n".formatted(it.table(), it.gitlabSchema()))
        .collect(Collectors.joining());
  }

  /** Takes a table out of the dictionary. */
  void forget(String table) {
    try {
      Files.write(
          dictionary(),
          Files.readAllLines(dictionary()).stream()
              .filter(line -> !line.startsWith(table + ":"))
              .toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void configure(String text) throws IOException {
    Files.writeString(folder.resolve("bbm.yml"), text, UTF_8);
  }

  Path jobClasses() {
    return folder.resolve("db/background_migrations");
  }

  private Path dictionary() {
    return folder.resolve("db/gitlab_schemas.yml");
  }
}
