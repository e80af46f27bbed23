package dev.bbm.starter.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL and Temporal on this machine, for whoever has neither at hand.
 *
 * <p>Both end with this JVM, however it ends. {@link #close()} ends them in order; a caller without
 * a shutdown of its own asks for it by {@link #closeAtExit()}.
 */
public final class EmbeddedEnvironment implements AutoCloseable {

  private final EmbeddedDatabaseServer database;
  private final EmbeddedTemporal temporal;
  private final StartupTimes times;
  private final Closing closing;
  private final EmbeddedSettings settings;

  private EmbeddedEnvironment(
      EmbeddedSettings settings,
      EmbeddedDatabaseServer database,
      EmbeddedTemporal temporal,
      StartupTimes times,
      Closing closing) {
    this.settings = settings;
    this.database = database;
    this.temporal = temporal;
    this.times = times;
    this.closing = closing;
  }

  /**
   * Starts both servers side by side and tells other commands in the project folder about them.
   *
   * @param program the search for Temporal's program, which may fetch it
   * @throws dev.bbm.workflows.failure.ApplicationException when an environment runs in the project
   *     folder already, another process uses the data directory, or a server does not start
   */
  public static EmbeddedEnvironment start(
      EmbeddedSettings settings, TemporalBinary program, UserCache cache) {
    var closing = new Closing();
    try {
      closing.add(FolderLock.take(EmbeddedRunFile.folder(settings.projectFolder())));
      if (settings.dataDirectory() != null) {
        closing.add(FolderLock.take(settings.dataDirectory().toAbsolutePath()));
      }
      var environment = start(settings, program, cache, closing);
      closing.add(() -> EmbeddedRunFile.remove(settings.projectFolder()));
      environment.announce(null);
      return environment;
    } catch (RuntimeException e) {
      closing.closeAfter(e);
      throw e;
    }
  }

  /**
   * PostgreSQL takes longer, and Temporal's program may have to be fetched: both at the same time.
   */
  private static EmbeddedEnvironment start(
      EmbeddedSettings settings, TemporalBinary program, UserCache cache, Closing closing) {
    var folders = EmbeddedFolders.of(settings);
    var database = closing.add(new EmbeddedDatabaseServer(folders.databaseServer(settings), cache));
    var databaseTime =
        CompletableFuture.supplyAsync(() -> timed(database::start), Thread::startVirtualThread);
    var temporal =
        closing.add(EmbeddedTemporal.of(program.find(), folders.temporalServer(settings)));
    var temporalTime = timed(temporal::start);
    var times = new StartupTimes(join(databaseTime), temporalTime);
    return new EmbeddedEnvironment(settings, database, temporal, times, closing);
  }

  private static Duration join(CompletableFuture<Duration> start) {
    try {
      return start.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException failure ? failure : e;
    }
  }

  private static Duration timed(Runnable start) {
    long from = System.nanoTime();
    start.run();
    return Duration.ofNanos(System.nanoTime() - from);
  }

  /** Has other commands in the project folder use this bbm.yml where the folder has none. */
  public void recommend(Path config) {
    announce(config);
  }

  private void announce(@Nullable Path config) {
    var databases = new LinkedHashMap<String, EmbeddedRunFile.Database>();
    for (String name : settings.databases()) {
      databases.put(name, new EmbeddedRunFile.Database(database.jdbcUrl(name), database.uri(name)));
    }
    var self = ProcessHandle.current();
    var address =
        new EmbeddedRunFile.Temporal(
            temporal.target(), temporal.kind(), temporal.webUi().orElse(null));
    try {
      new EmbeddedRunFile(self.pid(), EmbeddedRunFile.startOf(self), databases, address, config)
          .write(settings.projectFolder());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to " + settings.projectFolder(), e);
    }
  }

  /** Starts a standby of the database server, which ends with this environment. */
  public EmbeddedStandby startStandby() {
    return closing.add(EmbeddedStandby.of(database, EmbeddedFolders.ofStandby(settings)));
  }

  public EmbeddedDatabaseServer database() {
    return database;
  }

  public EmbeddedTemporal temporal() {
    return temporal;
  }

  public StartupTimes times() {
    return times;
  }

  /** Has the servers ended in order when the JVM is asked to end, by Ctrl-C or SIGTERM. */
  public void closeAtExit() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::close, "embedded-servers-end"));
  }

  /** Ends what was started, the last first; does nothing the second time. */
  @Override
  public void close() {
    closing.close();
  }
}
