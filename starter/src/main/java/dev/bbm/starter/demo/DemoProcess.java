package dev.bbm.starter.demo;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** This same program with other words, in a process of its own that the demonstration can kill. */
final class DemoProcess implements AutoCloseable {

  private final Process process;

  private DemoProcess(Process process) {
    this.process = process;
  }

  /**
   * Starts it in the project's folder; with {@code --end-with-stdin} it ends when this process
   * ends, however it ends.
   */
  static DemoProcess start(Path project, Redirect output, List<String> words) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> !argument.startsWith("-agentlib"))
        .forEach(command::add);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), "dev.bbm.starter.Main"));
    command.addAll(words);
    return new DemoProcess(
        new ProcessBuilder(command)
            .directory(project.toAbsolutePath().toFile())
            .redirectErrorStream(true)
            .redirectOutput(output)
            .start());
  }

  Process process() {
    return process;
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** kill -9. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Asks it to end, as Ctrl-C does, and waits. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException interrupted) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
