package dev.bbm.starter.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The official Temporal dev server with its Web UI, as a child process.
 *
 * <p>The SDK's own TemporalDevServer is not used for it: its server gets the terminal's Ctrl-C
 * before our workers do, survives a kill -9 of this JVM, tells no process id, and cannot be killed
 * and started again on its port.
 */
public final class TemporalDevServerProcess implements EmbeddedTemporal {

  private static final Duration START_LIMIT = Duration.ofMinutes(1);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(10);
  private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(20);
  private static final int PORT_ATTEMPTS = 10;
  private static final int LINES_OF_LOG = 15;
  private static final String PID_FILE = "temporal.pid";

  /** A server that was started once, and so has its ports. */
  private record Started(DevServerPorts ports, WatchedProcess process) {}

  private final Path program;
  private final TemporalOptions options;
  private final Supplier<DevServerPorts> freePorts;
  private @Nullable Started started;

  /** A server that is not started yet. */
  public TemporalDevServerProcess(Path program, TemporalOptions options) {
    this(program, options, DevServerPorts::free);
  }

  /** The same on some of the given ports. */
  TemporalDevServerProcess(
      Path program, TemporalOptions options, Supplier<DevServerPorts> freePorts) {
    this.freePorts = freePorts;
    this.program = program.toAbsolutePath();
    this.options = options;
  }

  @Override
  public synchronized void start() {
    if (isRunning()) {
      throw new IllegalStateException("Temporal runs already, as process " + pid());
    }
    try {
      PrivateFolder.create(options.folder());
      awaitFormerServer();
      started = startOn(started == null ? freePorts : started::ports);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start Temporal in " + options.folder(), e);
    }
  }

  /** No two servers may write to one file, and after a kill -9 the former one takes a moment. */
  private void awaitFormerServer() throws IOException {
    var file = options.folder().resolve(PID_FILE);
    if (!Files.exists(file)) {
      return;
    }
    var former =
        FormerProcess.alive(Files.readString(file, UTF_8))
            .filter(process -> process.runs(program.getFileName().toString()));
    if (former.isPresent() && !former.get().awaitEnd()) {
      throw ApplicationException.of(
          ErrorCode.FOLDER_IN_USE,
          "%s is served by Temporal process %d."
              .formatted(options.folder(), former.get().process().pid()),
          "Stop it, or choose another data directory.");
    }
  }

  private Started startOn(Supplier<DevServerPorts> choice) throws IOException {
    for (int attempt = 1; ; attempt++) {
      var ports = choice.get();
      var process = WatchedProcess.start(new DevServerCommand(program, options).on(ports));
      new PrivateFolder(options.folder()).write(PID_FILE, Long.toString(process.pid()));
      if (becomesReady(process, ports)) {
        return new Started(ports, process);
      }
      process.killTree();
      if (attempt == PORT_ATTEMPTS || !process.lastWords(10).contains("address already in use")) {
        throw ApplicationException.of(
            ErrorCode.TEMPORAL_UNREACHABLE,
            "Temporal did not start in %s; the end of its log:%n%s"
                .formatted(options.folder(), process.lastWords(LINES_OF_LOG)));
      }
    }
  }

  private static boolean becomesReady(WatchedProcess process, DevServerPorts ports) {
    var readiness = new Readiness(process, START_LIMIT, BETWEEN_ATTEMPTS);
    if (!readiness.await(ports.grpc()::accepts) || !readiness.await(ports.webUi()::accepts)) {
      return false;
    }
    try (var connection = new TemporalConnection(ports.grpc().address())) {
      return readiness.await(connection::servesNamespace);
    }
  }

  @Override
  public synchronized void stop() {
    if (started != null) {
      started.process().end(DevServerCommand.lastSignal(options), STOP_LIMIT);
    }
  }

  @Override
  public synchronized void killHard() {
    if (started != null) {
      started.process().killTree();
    }
  }

  @Override
  public synchronized void close() {
    stop();
    if (options.throwaway()) {
      new FileTree(options.folder()).deleteNow();
    }
  }

  @Override
  public synchronized boolean isRunning() {
    return started != null && started.process().isAlive();
  }

  @Override
  public synchronized String target() {
    return ports().grpc().address();
  }

  @Override
  public synchronized Optional<URI> webUi() {
    return Optional.of(URI.create("http://" + ports().webUi().address()));
  }

  @Override
  public synchronized OptionalLong pid() {
    return started != null && started.process().isAlive()
        ? OptionalLong.of(started.process().pid())
        : OptionalLong.empty();
  }

  @Override
  public Kind kind() {
    return Kind.DEV_SERVER;
  }

  @Override
  public String notice() {
    return "Web UI " + webUi().orElseThrow();
  }

  private DevServerPorts ports() {
    if (started == null) {
      throw new IllegalStateException("Temporal has not been started: call start() first");
    }
    return started.ports();
  }
}
