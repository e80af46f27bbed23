package dev.bbm.starter.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A process of a test in any package, which cannot outlive the test's JVM, not even a stopped one.
 */
public final class ChildProcess implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final WatchedProcess process;

  private ChildProcess(WatchedProcess process) {
    this.process = process;
  }

  /** Starts it; what it prints is appended to the log. */
  public static ChildProcess start(
      List<String> words, Path folder, Path log, Map<String, String> environment) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new ChildProcess(
        WatchedProcess.start(
            new WatchedProcess.Command(words, folder, log, ServerSignal.KILL, null, environment)));
  }

  public void send(ServerSignal signal) {
    process.send(signal);
  }

  /** kill -9, and waits until it is gone. */
  public void killHard() {
    send(ServerSignal.KILL);
    if (!process.awaitEnd(LIMIT)) {
      throw new IllegalStateException("process " + process.pid() + " survived kill -9");
    }
  }

  public boolean awaitEnd(Duration limit) {
    return process.awaitEnd(limit);
  }

  /** The process's own exit status, 128 + n when signal n ended it; only once it has ended. */
  public int exitStatus() {
    return process.exitStatus();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  public long pid() {
    return process.pid();
  }

  public String lastWords() {
    return process.lastWords(40);
  }

  @Override
  public void close() {
    if (isAlive()) {
      killHard();
    }
  }
}
