package dev.bbm.starter.config;

import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;

/** Everything that is wrong with a configuration, told at once. */
final class Problems {

  private record Problem(String property, String value, String remedy) {
    private String line() {
      return "%s: \"%s\" %s".formatted(property, value, remedy);
    }
  }

  private final Set<Problem> problems = new LinkedHashSet<>();

  /** The remedy begins with a verb that follows the value: {@code is no port; give 1 to 65535}. */
  void add(String property, String value, String remedy) {
    problems.add(new Problem(property, value, remedy));
  }

  int count() {
    return problems.size();
  }

  /** Throws INVALID_CONFIGURATION that lists them all, unless there is none. */
  void throwIfAny() {
    if (problems.isEmpty()) {
      return;
    }
    throw ApplicationException.of(
        ErrorCode.INVALID_CONFIGURATION,
        problems.size() == 1
            ? problems.iterator().next().line()
            : problems.stream()
                .map(problem -> "\n  " + problem.line())
                .collect(Collectors.joining("", problems.size() + " problems:", "")),
        "docs/configuration.md names every property");
  }
}
