package dev.bbm.starter.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL server of our own, on loopback only, which ends with this JVM.
 *
 * <p>The superuser bbm has a random password: with trust, every user of this machine could become
 * the server's superuser and, by COPY TO PROGRAM, act as the user who started it.
 */
public final class EmbeddedDatabaseServer implements AutoCloseable {

  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);
  private static final int PORT_ATTEMPTS = 10;

  /** A server that was started once, and so has its port. */
  private record Started(PostgresCluster cluster, LoopbackPort port, WatchedProcess process) {}

  private final DatabaseServerOptions options;
  private final UserCache cache;
  private final @Nullable ServerAccount account;
  private final Supplier<LoopbackPort> freePorts;
  private @Nullable Started started;

  /** A server that is not started yet. */
  public EmbeddedDatabaseServer(DatabaseServerOptions options, UserCache cache) {
    this(options, cache, null, LoopbackPort::free);
  }

  /** The same under a given account, null has one found, and on one of the given ports. */
  EmbeddedDatabaseServer(
      DatabaseServerOptions options,
      UserCache cache,
      @Nullable ServerAccount account,
      Supplier<LoopbackPort> freePorts) {
    this.freePorts = freePorts;
    this.options = options;
    this.cache = cache;
    this.account = account;
  }

  /** Starts the server, for the first time or again: then on the same port with the same data. */
  public synchronized void start() {
    if (isRunning()) {
      throw new IllegalStateException("PostgreSQL runs already, as process " + pid());
    }
    try {
      started =
          started == null
              ? start(PostgresCluster.prepare(options, cache, account), freePorts)
              : start(started.cluster(), started::port);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start PostgreSQL in " + options.folder(), e);
    }
    new ServerConnection(jdbcUrl("postgres")).createMissing(options.databases());
  }

  private static Started start(PostgresCluster cluster, Supplier<LoopbackPort> ports)
      throws IOException {
    for (int attempt = 1; ; attempt++) {
      var port = ports.get();
      var process = cluster.startOn(port);
      if (cluster.awaitReady(process)) {
        return new Started(cluster, port, process);
      }
      process.killTree();
      if (attempt == PORT_ATTEMPTS || !process.lastWords(10).contains("Address already in use")) {
        throw cluster.failure("PostgreSQL did not start", process);
      }
    }
  }

  /** Stops the server in the given way; does nothing when it does not run. */
  public synchronized void stop(StopMode mode) {
    if (started != null) {
      started.process().end(mode.signal(), STOP_LIMIT);
    }
  }

  /** Kills the server with all its processes, as if the machine had failed. */
  public synchronized void killHard() {
    if (started != null) {
      started.process().killTree();
    }
  }

  /** Stops the server in order and deletes a throwaway server's folder. */
  @Override
  public synchronized void close() {
    stop(StopMode.FAST);
    if (options.throwaway()) {
      new FileTree(options.folder()).deleteNow();
    }
  }

  /** Whether the server runs right now. */
  public synchronized boolean isRunning() {
    return started != null && started.process().isAlive();
  }

  /** The process id of the postmaster, while it runs. */
  public synchronized OptionalLong pid() {
    return started != null && started.process().isAlive()
        ? OptionalLong.of(started.process().pid())
        : OptionalLong.empty();
  }

  /** The port, the same over all restarts. */
  public synchronized int port() {
    return requireStarted().port().number();
  }

  /** The URL of a database for JDBC, with user and password. */
  public synchronized String jdbcUrl(String database) {
    return requireStarted().cluster().jdbcUrl(requireStarted().port(), database);
  }

  /** The URL of a database for psql and other libpq programs, with user and password. */
  public synchronized URI uri(String database) {
    return requireStarted().cluster().uri(requireStarted().port(), database);
  }

  /** A server that is not started yet, to be filled with a copy of this one's data. */
  synchronized EmbeddedDatabaseServer copy(Path copyFolder) {
    var copied =
        new DatabaseServerOptions(
            copyFolder, options.throwaway(), options.fsync(), List.of(), options.settings());
    return new EmbeddedDatabaseServer(
        copied, cache, requireStarted().cluster().account(), LoopbackPort::free);
  }

  /** Waits while the server runs; false when it ended or the limit is over. */
  boolean await(BooleanSupplier condition, Duration limit) {
    return new Readiness(process(), limit, BETWEEN_LOOKS).await(condition);
  }

  private synchronized WatchedProcess process() {
    return requireStarted().process();
  }

  Path folder() {
    return options.folder();
  }

  /** The data directory, for a copy or for a lever of a test. */
  public Path data() {
    return options.folder().resolve(PostgresCluster.DATA);
  }

  private Started requireStarted() {
    if (started == null) {
      throw new IllegalStateException("PostgreSQL has not been started: call start() first");
    }
    return started;
  }
}
