package dev.bbm.starter.config;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a process finds when it starts: its environment variables and its working folder. */
public record Surroundings(Map<String, String> variables, Path folder) {

  public Surroundings {
    variables = Map.copyOf(variables);
    folder = folder.toAbsolutePath();
  }

  /** Those of this process. */
  public static Surroundings ofThisProcess() {
    return new Surroundings(System.getenv(), Path.of(""));
  }

  /** A variable that is set and not empty. */
  public Optional<String> variable(String name) {
    return Optional.ofNullable(variables.get(name)).filter(value -> !value.isEmpty());
  }

  /** Who runs the command, for events; null when the system does not say. */
  public @Nullable String user() {
    return variable("USER").or(() -> variable("LOGNAME")).orElse(null);
  }
}
