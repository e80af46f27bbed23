package dev.bbm.starter.performance;

import java.util.List;

/**
 * From a client's sending until it had every answer: the time for which it waits.
 *
 * @param commands the tags of the commands that the server completed: {@code BEGIN}, {@code UPDATE
 *     100}
 * @param transaction whether a transaction was open afterwards
 */
record RoundTrip(List<String> commands, boolean transaction) {

  RoundTrip {
    commands = List.copyOf(commands);
  }

  boolean completed(String command) {
    return commands.contains(command);
  }
}
