package dev.bbm.starter.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A JVM of its own, in its own process group like a command in a terminal, that runs {@link
 * EmbeddedEnvironmentMain}.
 */
final class ChildJvm implements AutoCloseable {

  private final Process process;
  private final BufferedReader output;
  private final Path temporary;

  private ChildJvm(Process process, Path temporary) {
    this.process = process;
    this.output = process.inputReader(UTF_8);
    this.temporary = temporary;
  }

  /** A shell without job control starts its commands with SIGINT ignored; a terminal's does not. */
  static ChildJvm start(Path temporary, Path... arguments) throws IOException {
    Files.createDirectories(temporary);
    var words = new ArrayList<>(List.of("setsid", "env", "--default-signal=INT"));
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(
        List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
    words.add("-Djava.io.tmpdir=" + temporary);
    words.addAll(List.of("-cp", System.getProperty("java.class.path")));
    words.add(EmbeddedEnvironmentMain.class.getName());
    words.addAll(Arrays.stream(arguments).map(Path::toString).toList());
    return new ChildJvm(new ProcessBuilder(words).redirectErrorStream(true).start(), temporary);
  }

  /**
   * Reads until the environment is ready; what it said is returned, or shown when it ended instead.
   */
  List<String> awaitReady() throws IOException {
    var said = new ArrayList<String>();
    for (var line = output.readLine(); line != null; line = output.readLine()) {
      if (line.equals("ready")) {
        return said;
      }
      said.add(line);
    }
    throw new AssertionError(String.join("\n", said));
  }

  String awaitFailure() {
    return output.lines().collect(joining("\n"));
  }

  ProcessHandle handle() {
    return process.toHandle();
  }

  List<ProcessHandle> descendants() {
    return process.descendants().toList();
  }

  void killHard() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  void terminate() {
    process.destroy();
  }

  /** What a terminal does at Ctrl-C: SIGINT to every process of the foreground group. */
  void interruptGroup() throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-INT", "--", "-" + process.pid()).inheritIO().start().waitFor();
  }

  boolean awaitEnd(Duration limit) throws InterruptedException {
    return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** The temporary folders that the environment has not removed. */
  List<Path> leftovers() throws IOException {
    try (Stream<Path> files = Files.list(temporary)) {
      return files.filter(file -> file.getFileName().toString().startsWith("bbm-")).toList();
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
