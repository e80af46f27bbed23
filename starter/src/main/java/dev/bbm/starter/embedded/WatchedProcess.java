package dev.bbm.starter.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A server process that cannot outlive this JVM.
 *
 * <p>Its parent is a small shell ({@code watchdog.sh}) which waits on a pipe that only this JVM
 * holds open: when the JVM ends, by kill -9 too, the pipe ends and the shell stops the server. Both
 * live in a session of their own, so that a terminal's Ctrl-C reaches the JVM alone and the order
 * of shutdown stays the JVM's.
 */
final class WatchedProcess {

  /**
   * What to run, and how it ends when the JVM is gone.
   *
   * @param lastSignal sent when the JVM is gone
   * @param scratch removed when the JVM is gone and the server has ended; null keeps everything
   * @param environment added to the JVM's own; an empty value removes a variable
   */
  record Command(
      List<String> words,
      Path folder,
      Path log,
      ServerSignal lastSignal,
      @Nullable Path scratch,
      Map<String, String> environment) {

    Command {
      words = List.copyOf(words);
      environment = Map.copyOf(environment);
    }
  }

  private static final Duration END_OF_KILLED_PROCESS = Duration.ofSeconds(10);

  private final Command command;
  private final Process watchdog;
  private final OutputStream signals;
  private final ProcessHandle server;

  private WatchedProcess(Command command, Process watchdog) throws IOException {
    this.command = command;
    this.watchdog = watchdog;
    this.signals = watchdog.getOutputStream();
    var pid = watchdog.inputReader(UTF_8).readLine();
    if (pid == null) {
      throw new IOException("The watchdog of " + command.words().getFirst() + " did not start.");
    }
    this.server = ProcessHandle.of(Long.parseLong(pid)).orElse(watchdog.toHandle());
    // Keeps this object, and with it the pipe, reachable while the server runs.
    var _ = watchdog.onExit().thenRun(this::closeSignals);
  }

  static WatchedProcess start(Command command) {
    try {
      var builder =
          new ProcessBuilder(watchdogWords(command))
              .directory(command.folder().toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD);
      command.environment().forEach((name, value) -> set(builder.environment(), name, value));
      return new WatchedProcess(command, builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + command.words().getFirst(), e);
    }
  }

  private static void set(Map<String, String> environment, String name, String value) {
    if (value.isEmpty()) {
      environment.remove(name);
    } else {
      environment.put(name, value);
    }
  }

  private static List<String> watchdogWords(Command command) throws IOException {
    var words = new ArrayList<>(ownSession());
    words.addAll(List.of("/bin/sh", "-c", script(), "bbm-watchdog"));
    words.add(command.lastSignal().name());
    words.add(command.log().toString());
    words.add(Optional.ofNullable(command.scratch()).map(Path::toString).orElse(""));
    words.addAll(command.words());
    return words;
  }

  /** The macOS base system has no setsid command, but a perl that can do the same. */
  private static List<String> ownSession() {
    var path = CommandPath.of(System.getenv());
    return path.find("setsid")
        .map(setsid -> List.of(setsid.toString()))
        .or(() ->
            path.find("perl")
                .map(perl -> List.of(perl.toString(), "-e", "use POSIX; setsid(); exec @ARGV;")))
        .orElse(List.of());
  }

  private static String script() throws IOException {
    try (InputStream script = WatchedProcess.class.getResourceAsStream("watchdog.sh")) {
      return new String(Objects.requireNonNull(script).readAllBytes(), UTF_8);
    }
  }

  long pid() {
    return server.pid();
  }

  boolean isAlive() {
    return watchdog.isAlive();
  }

  /** The server's own exit status, 128 + n when signal n ended it; only once it has ended. */
  int exitStatus() {
    return watchdog.exitValue();
  }

  synchronized void send(ServerSignal signal) {
    try {
      signals.write((signal.name() + "\n").getBytes(UTF_8));
      signals.flush();
    } catch (IOException _) {
      // The pipe is closed: the server has ended already, and there is nobody to signal.
    }
  }

  /** Waits for the server's end; false when it still runs after the limit. */
  boolean awaitEnd(Duration limit) {
    try {
      return watchdog.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Asks the server to end, and kills it with all its children when the limit is over. */
  void end(ServerSignal signal, Duration limit) {
    send(signal);
    if (!awaitEnd(limit)) {
      killTree();
    }
  }

  /** Kills the server and every process it started, as the death of a machine would. */
  void killTree() {
    send(ServerSignal.STOP); // so that no child is born between the list and the end
    var children = server.descendants().toList();
    send(ServerSignal.KILL);
    children.forEach(ProcessHandle::destroyForcibly);
    awaitEnd(END_OF_KILLED_PROCESS);
    children.forEach(child -> child.onExit().completeOnTimeout(child, 5, TimeUnit.SECONDS).join());
  }

  /** The last lines that the server wrote, for a message about a failed start. */
  String lastWords(int lines) {
    try {
      var written = Files.readAllLines(command.log(), UTF_8);
      return String.join(
          "\n", written.subList(Math.max(0, written.size() - lines), written.size()));
    } catch (IOException e) {
      return "(no log: " + e.getMessage() + ")";
    }
  }

  private synchronized void closeSignals() {
    try {
      signals.close();
    } catch (IOException _) {
      // Nobody reads the other end any more.
    }
  }
}
