package dev.bbm.starter;

import java.util.List;
import java.util.Set;

/** Which commands log: those that run for long, and any other when BBM_LOG_LEVEL is set. */
final class Logs {

  private static final Set<String> LONG_RUNNING = Set.of("demo", "worker");

  private Logs() {}

  /** Takes effect only before the first logger of the process. */
  static void choose(List<String> arguments, boolean levelIsSet) {
    boolean logs =
        levelIsSet
            || arguments.stream()
                .filter(argument -> !argument.startsWith("-"))
                .findFirst()
                .filter(LONG_RUNNING::contains)
                .isPresent();
    if (!logs) {
      System.setProperty("slf4j.internal.verbosity", "ERROR");
      System.setProperty("slf4j.provider", "org.slf4j.helpers.NOP_FallbackServiceProvider");
    }
  }
}
