package dev.bbm.starter.embedded;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The folders in which the user's shell would look for a command. */
record CommandPath(List<Path> folders) {

  CommandPath {
    folders = List.copyOf(folders);
  }

  static CommandPath of(Map<String, String> environment) {
    var path = environment.getOrDefault("PATH", "/usr/local/bin:/usr/bin:/bin");
    return new CommandPath(
        Arrays.stream(path.split(File.pathSeparator))
            .filter(folder -> !folder.isBlank())
            .map(Path::of)
            .toList());
  }

  Optional<Path> find(String command) {
    return folders.stream()
        .map(folder -> folder.resolve(command))
        .filter(Files::isRegularFile)
        .filter(Files::isExecutable)
        .findFirst();
  }
}
