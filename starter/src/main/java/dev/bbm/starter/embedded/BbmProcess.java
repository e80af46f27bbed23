package dev.bbm.starter.embedded;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** This same program with other words, in a process of its own that can be killed. */
public final class BbmProcess implements AutoCloseable {

  private final Process process;

  private BbmProcess(Process process) {
    this.process = process;
  }

  /**
   * Starts it in the project's folder; with {@code --end-with-stdin} it ends when this process
   * ends, however it ends.
   */
  public static BbmProcess start(Path project, Redirect output, List<String> words)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> !argument.startsWith("-agentlib"))
        .forEach(command::add);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), "dev.bbm.starter.Main"));
    command.addAll(words);
    return new BbmProcess(
        new ProcessBuilder(command)
            .directory(project.toAbsolutePath().toFile())
            .redirectErrorStream(true)
            .redirectOutput(output)
            .start());
  }

  public Process process() {
    return process;
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** kill -9. */
  public void kill() throws InterruptedException {
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
