package dev.bbm.starter.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

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

  private EmbeddedEnvironment(
      EmbeddedDatabaseServer database,
      EmbeddedTemporal temporal,
      StartupTimes times,
      Closing closing) {
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
      environment.announceIn(settings.projectFolder(), settings.databases());
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
    return new EmbeddedEnvironment(database, temporal, times, closing);
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

  private void announceIn(Path projectFolder, List<String> names) {
    var databases = new LinkedHashMap<String, EmbeddedRunFile.Database>();
    for (String name : names) {
      databases.put(name, new EmbeddedRunFile.Database(database.jdbcUrl(name), database.uri(name)));
    }
    var self = ProcessHandle.current();
    var address =
        new EmbeddedRunFile.Temporal(
            temporal.target(), temporal.kind(), temporal.webUi().orElse(null));
    closing.add(() -> EmbeddedRunFile.remove(projectFolder));
    try {
      new EmbeddedRunFile(self.pid(), EmbeddedRunFile.startOf(self), databases, address)
          .write(projectFolder);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to " + projectFolder, e);
    }
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
