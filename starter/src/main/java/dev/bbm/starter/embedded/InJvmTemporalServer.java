package dev.bbm.starter.embedded;

import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.temporal.internal.testservice.GRPCServerHelper;
import io.temporal.internal.testservice.TestServicesStarter;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The SDK's test server as a real one: on a port, in real time, with its workflows in memory.
 *
 * <p>The SDK's own port-bound server listens on all addresses of the machine, so its services,
 * which are internal to the SDK, are bound to loopback here and nowhere else.
 */
public final class InJvmTemporalServer implements EmbeddedTemporal {

  private static final String REMEDY =
      "To get one, install the Temporal CLI (https://docs.temporal.io/cli), or set "
          + TemporalBinary.VARIABLE
          + " to the path of its temporal program.";
  private static final int PORT_ATTEMPTS = 10;
  private static final boolean IN_REAL_TIME = true;

  private final TemporalOptions options;
  private final String reason;
  private final Supplier<LoopbackPort> freePorts;
  private @Nullable LoopbackPort port;
  private @Nullable TestServicesStarter services;
  private @Nullable Server server;

  /**
   * A server that is not started yet.
   *
   * @param reason one sentence: why it is not the dev server
   */
  public InJvmTemporalServer(TemporalOptions options, String reason) {
    this(options, reason, LoopbackPort::free);
  }

  /** The same on one of the given ports. */
  InJvmTemporalServer(TemporalOptions options, String reason, Supplier<LoopbackPort> freePorts) {
    this.freePorts = freePorts;
    this.options = options;
    this.reason = reason;
  }

  @Override
  public synchronized void start() {
    if (isRunning()) {
      throw new IllegalStateException("Temporal runs already in this JVM, at " + target());
    }
    var started = new TestServicesStarter(IN_REAL_TIME, 0);
    services = started;
    server = listen(started);
    try (var connection = new TemporalConnection(target())) {
      connection.register(options.searchAttributes());
    }
  }

  private Server listen(TestServicesStarter started) {
    for (int attempt = 1; ; attempt++) {
      var tried = port == null ? freePorts.get() : port;
      try {
        var builder = NettyServerBuilder.forAddress(tried.socketAddress());
        GRPCServerHelper.registerServicesAndHealthChecks(started.getServices(), builder);
        var listening = builder.build().start();
        port = tried;
        return listening;
      } catch (IOException e) {
        if (attempt == PORT_ATTEMPTS) {
          throw ApplicationException.of(
              ErrorCode.TEMPORAL_UNREACHABLE,
              "Temporal did not start at %s.".formatted(tried.address()),
              null,
              null,
              e);
        }
      }
    }
  }

  /** Clients hold polls open for a minute, so there is no order to wait for. */
  @Override
  public synchronized void stop() {
    if (server != null && services != null) {
      server.shutdownNow();
      awaitEnd(server);
      services.close();
      server = null;
      services = null;
    }
  }

  private static void awaitEnd(Server ending) {
    try {
      ending.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** The same as {@link #stop()}: nothing is kept either way. */
  @Override
  public void killHard() {
    stop();
  }

  @Override
  public void close() {
    stop();
    if (options.throwaway()) {
      new FileTree(options.folder()).deleteNow();
    }
  }

  @Override
  public synchronized boolean isRunning() {
    return server != null;
  }

  @Override
  public synchronized String target() {
    if (port == null) {
      throw new IllegalStateException("Temporal has not been started: call start() first");
    }
    return port.address();
  }

  @Override
  public Optional<URI> webUi() {
    return Optional.empty();
  }

  @Override
  public OptionalLong pid() {
    return OptionalLong.empty();
  }

  @Override
  public Kind kind() {
    return Kind.IN_JVM;
  }

  @Override
  public String notice() {
    return "no Web UI, and workflows live in memory only: " + reason + " " + REMEDY;
  }
}
