package dev.bbm.starter.training;

import dev.bbm.starter.Main;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** Runs the commands of {@code training.commands} one after the other, as a user would. */
public final class Rehearsal {

  private static final String COMMANDS = "training.commands";

  private Rehearsal() {}

  public static void main(String[] arguments) {
    for (var command : commands()) {
      System.out.println("$ bbm " + command);
      System.out.println("exit code " + Main.run(command.split("\\s+")));
    }
    System.exit(0);
  }

  /** The command lines, without comments and empty lines. */
  static List<String> commands() {
    try (var file =
        Objects.requireNonNull(Rehearsal.class.getResourceAsStream(COMMANDS), COMMANDS)) {
      var text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
      return text.lines()
          .map(String::strip)
          .filter(line -> !line.isEmpty() && !line.startsWith("#"))
          .toList();
    } catch (IOException thrown) {
      throw new UncheckedIOException(thrown);
    }
  }
}
