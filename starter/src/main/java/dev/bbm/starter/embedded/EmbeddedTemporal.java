package dev.bbm.starter.embedded;

import java.net.URI;
import java.util.Optional;
import java.util.OptionalLong;

/** A Temporal server of our own, on loopback only, which ends with this JVM. */
public sealed interface EmbeddedTemporal extends AutoCloseable
    permits TemporalDevServerProcess, InJvmTemporalServer {

  /** The two forms of an embedded server. */
  enum Kind {

    /** The official server with its Web UI, as a process. */
    DEV_SERVER,

    /**
     * The SDK's test server inside this JVM. It never takes a workflow back from a worker that is
     * gone: its workers must set the sticky queue's schedule-to-start timeout to zero.
     */
    IN_JVM
  }

  /** The dev server if a program was found, otherwise the server inside this JVM; not started. */
  static EmbeddedTemporal of(TemporalBinary.Search search, TemporalOptions options) {
    return search
        .found()
        .<EmbeddedTemporal>map(program -> new TemporalDevServerProcess(program, options))
        .orElseGet(() -> new InJvmTemporalServer(options, search.sentence()));
  }

  /** Starts the server, for the first time or again: then on the same ports. */
  void start();

  /** Stops the server in order; does nothing when it does not run. */
  void stop();

  /** Ends the server without order, as kill -9 would. */
  void killHard();

  boolean isRunning();

  /** Host and port for Temporal clients. */
  String target();

  /** The address of the Web UI, if there is one. */
  Optional<URI> webUi();

  /** The process id, while the server is a running process of its own. */
  OptionalLong pid();

  Kind kind();

  /** One sentence for people: where the Web UI is, or why there is none and how to get one. */
  String notice();

  /** Stops the server in order and deletes a throwaway server's folder. */
  @Override
  void close();
}
