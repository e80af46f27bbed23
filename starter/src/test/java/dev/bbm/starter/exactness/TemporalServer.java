package dev.bbm.starter.exactness;

import dev.bbm.starter.embedded.TemporalBinary;
import dev.bbm.starter.embedded.TemporalDevServerProcess;
import dev.bbm.starter.embedded.TemporalOptions;
import dev.bbm.starter.embedded.UserCache;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** A Temporal server as a process, which can be killed and started again on its port. */
public sealed interface TemporalServer extends AutoCloseable permits DevServer, InJvmServer {

  /** Which of the two servers that bbm can start. */
  enum Kind {
    /** The real one; its workflows survive in a file. */
    DEV_SERVER,
    /** The real one where there is a program for it, else the other; its workflows die with it. */
    FORGETFUL,
    /** The real one where there is a program for it, else the other. */
    ANY,
    /** The SDK's test server, whose workflows die with it. */
    IN_JVM
  }

  static TemporalServer of(Kind kind, Path folder) {
    return switch (kind) {
      case DEV_SERVER -> {
        var search = search();
        Assumptions.assumeTrue(search.found().isPresent(), search::sentence);
        yield devServer(search, folder, true);
      }
      case FORGETFUL, ANY -> {
        var search = search();
        yield search.found().isPresent()
            ? devServer(search, folder, kind == Kind.ANY)
            : new InJvmServer(folder);
      }
      case IN_JVM -> new InJvmServer(folder);
    };
  }

  private static TemporalBinary.Search search() {
    var environment = System.getenv();
    return TemporalBinary.of(null, environment, UserCache.of(environment), System.err::println)
        .find();
  }

  private static TemporalServer devServer(
      TemporalBinary.Search search, Path folder, boolean keepsWorkflows) {
    return new DevServer(
        new TemporalDevServerProcess(
            search.found().orElseThrow(),
            TemporalOptions.throwaway(folder).keepingWorkflows(keepsWorkflows)));
  }

  void start();

  void killHard();

  String target();

  /** Whether a workflow of a dead worker is given to another by itself. */
  boolean supportsSticky();

  @Override
  void close();
}

/** The official dev server. */
record DevServer(TemporalDevServerProcess process) implements TemporalServer {

  @Override
  public void start() {
    process.start();
  }

  @Override
  public void killHard() {
    process.killHard();
  }

  @Override
  public String target() {
    return process.target();
  }

  @Override
  public boolean supportsSticky() {
    return true;
  }

  @Override
  public void close() {
    process.close();
  }
}
