package dev.bbm.starter.exactness;

import dev.bbm.starter.embedded.ChildProcess;
import dev.bbm.starter.embedded.ServerSignal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One worker process: started, killed, stopped, continued, asked to end. */
final class WorkerJvm implements AutoCloseable {

  private final String name;
  private final Path folder;
  private final Map<String, String> environment;
  private @Nullable ChildProcess process;

  /** A worker that is not started yet; the settings are {@link ExactnessWorker}'s. */
  WorkerJvm(String name, Path folder, Map<String, String> settings) {
    this.name = name;
    this.folder = folder;
    this.environment = new HashMap<>(settings);
    this.environment.put(ExactnessWorker.NAME, name);
  }

  WorkerJvm start() {
    process =
        ChildProcess.start(
            JavaCommand.of(ExactnessWorker.class),
            folder,
            folder.resolve(name + ".log"),
            environment);
    return this;
  }

  String name() {
    return name;
  }

  private ChildProcess started() {
    if (process == null) {
      throw new IllegalStateException("worker " + name + " was not started");
    }
    return process;
  }

  boolean isAlive() {
    return process != null && process.isAlive();
  }

  void killHard() {
    started().killHard();
  }

  /** SIGSTOP: it holds what it holds, and knows nothing of the time that passes. */
  void stop() {
    started().send(ServerSignal.STOP);
  }

  void resume() {
    started().send(ServerSignal.CONT);
  }

  /** SIGTERM. Returns the exit status. */
  int terminate(Duration limit) {
    started().send(ServerSignal.TERM);
    if (!started().awaitEnd(limit)) {
      throw new AssertionError(
          "worker %s still runs %d s after SIGTERM; its log ends:%n%s"
              .formatted(name, limit.toSeconds(), lastWords()));
    }
    return started().exitStatus();
  }

  String lastWords() {
    return started().lastWords();
  }

  @Override
  public void close() {
    if (process != null) {
      process.close();
    }
  }
}
