package dev.bbm.starter.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The directory in which a PostgreSQL server keeps its data. */
record DataDirectory(Path path) {

  private static final String MAJOR_VERSION = "18";

  private static final int STATUS = 7;

  /** Above every process id that Linux and macOS give, so never alive. */
  private static final String NOBODYS_PID = "999999999";

  boolean exists() {
    return Files.exists(path.resolve("PG_VERSION"));
  }

  void requireOurVersion() throws IOException {
    var version = Files.readString(path.resolve("PG_VERSION"), UTF_8).strip();
    if (!version.equals(MAJOR_VERSION)) {
      throw ApplicationException.of(
          ErrorCode.INVALID_CONFIGURATION,
          "Data directory %s was made by PostgreSQL %s; this is %s."
              .formatted(path, version, MAJOR_VERSION),
          "Choose another data directory.");
    }
  }

  /**
   * Whether this server takes connections, as pg_ctl finds out: by the eighth line of
   * postmaster.pid. A connection could be answered by a stranger who took the port, or by nobody.
   */
  boolean isServedBy(WatchedProcess server) {
    try {
      var lines = Files.readAllLines(path.resolve("postmaster.pid"), UTF_8);
      return lines.size() > STATUS
          && lines.getFirst().equals(Long.toString(server.pid()))
          && lines.get(STATUS).strip().equals("ready");
    } catch (IOException _) {
      return false; // not written yet
    }
  }

  /**
   * Readies the directory for a start after a kill -9.
   *
   * <p>A process id in postmaster.pid that by now belongs to another program, likely after a
   * restart of the machine, would make PostgreSQL refuse to start. It is replaced and the file
   * kept, because PostgreSQL also reads from it which shared memory a surviving child might still
   * use.
   */
  void leaveBehindFormerServer() throws IOException {
    var file = path.resolve("postmaster.pid");
    if (!Files.exists(file)) {
      return;
    }
    var lines = Files.readAllLines(file, UTF_8);
    var former = lines.stream().findFirst().flatMap(FormerProcess::alive);
    if (former.isEmpty()) {
      return;
    }
    if (former.get().runs("postgres")) {
      requireEnd(former.get());
    } else {
      Files.write(file, withNobodysPid(lines), UTF_8);
    }
  }

  private void requireEnd(FormerProcess former) {
    if (!former.awaitEnd()) {
      throw ApplicationException.of(
          ErrorCode.FOLDER_IN_USE,
          "Data directory %s is served by PostgreSQL process %d."
              .formatted(path, former.process().pid()),
          "Stop it, or choose another data directory.");
    }
  }

  private static List<String> withNobodysPid(List<String> lines) {
    return Stream.concat(Stream.of(NOBODYS_PID), lines.stream().skip(1)).toList();
  }
}
