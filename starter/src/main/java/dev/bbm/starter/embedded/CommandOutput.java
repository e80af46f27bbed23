package dev.bbm.starter.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What a short command said.
 *
 * @param status its exit status, or 127 when it could not be run or took too long
 * @param text its output and its errors
 */
record CommandOutput(int status, String text) {

  private static final int NOT_RUN = 127;

  static CommandOutput of(List<String> command, Duration limit) {
    try {
      var file = Files.createTempFile("bbm-command-", ".out");
      try {
        return run(command, limit, file);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      return new CommandOutput(NOT_RUN, String.valueOf(e.getMessage()));
    }
  }

  /** Through a file, because a child of the command may hold a pipe open beyond the limit. */
  private static CommandOutput run(List<String> command, Duration limit, Path file)
      throws IOException {
    var process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(file.toFile()).start();
    process.getOutputStream().close();
    try {
      if (process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        return new CommandOutput(process.exitValue(), Files.readString(file, UTF_8).strip());
      }
      process.destroyForcibly();
      return new CommandOutput(NOT_RUN, "not finished after " + limit.toSeconds() + " s");
    } catch (InterruptedException _) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      return new CommandOutput(NOT_RUN, "interrupted");
    }
  }

  boolean succeeded() {
    return status == 0;
  }

  String lastLine() {
    return text.substring(text.lastIndexOf('\n') + 1);
  }
}
