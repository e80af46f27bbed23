package dev.bbm.starter.exactness;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.bbm.starter.embedded.ChildProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@link InJvmTemporalMain} as a process. */
final class InJvmServer implements TemporalServer {

  private static final Duration START_LIMIT = Duration.ofMinutes(3);

  private final Path folder;
  private final Path portFile;
  private String port = "0";
  private @Nullable ChildProcess process;

  InJvmServer(Path folder) {
    this.folder = folder;
    this.portFile = folder.resolve("port");
  }

  @Override
  public void start() {
    try {
      Files.deleteIfExists(portFile);
      var started =
          ChildProcess.start(
              JavaCommand.of(InJvmTemporalMain.class, port, portFile.toString()),
              folder,
              folder.resolve("temporal.log"),
              Map.of());
      process = started;
      Await.until(
          "the in-JVM Temporal server listens; its log: " + folder.resolve("temporal.log"),
          START_LIMIT,
          () -> Files.exists(portFile) || !started.isAlive());
      port = Files.readString(portFile, UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void killHard() {
    if (process != null) {
      process.killHard();
    }
  }

  @Override
  public String target() {
    return "127.0.0.1:" + port;
  }

  @Override
  public boolean supportsSticky() {
    return false;
  }

  @Override
  public void close() {
    if (process != null) {
      process.close();
    }
  }
}
