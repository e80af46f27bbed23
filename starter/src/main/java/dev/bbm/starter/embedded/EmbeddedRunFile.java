package dev.bbm.starter.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a running embedded environment tells other commands in the same folder: {@code
 * .bbm/embedded.yml}.
 *
 * @param pid the process that runs the servers
 * @param startedAt when that process started; tells it from a later one with the same id
 * @param config the bbm.yml that other commands use where the folder has none; null for none
 */
public record EmbeddedRunFile(
    long pid,
    Instant startedAt,
    Map<String, Database> databases,
    Temporal temporal,
    @Nullable Path config) {

  /**
   * The addresses of one database, with user and password.
   *
   * @param jdbcUrl for Java
   * @param uri for psql
   */
  public record Database(String jdbcUrl, URI uri) {}

  /** The address of the Temporal server. */
  public record Temporal(String target, EmbeddedTemporal.Kind kind, @Nullable URI webUi) {}

  private static final Path FOLDER = Path.of(".bbm");
  private static final String NAME = "embedded.yml";
  private static final String HEADING =
      "# Written by a running bbm with embedded servers, and removed when it ends.\n";

  /** The operating system tells the start of a process relative to its own, rounded to a second. */
  private static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(2);

  public EmbeddedRunFile {
    databases = Map.copyOf(databases);
  }

  /** The environment that runs in this project folder, if the process that wrote the file lives. */
  public static Optional<EmbeddedRunFile> find(Path projectFolder) {
    var file = folder(projectFolder).resolve(NAME);
    try {
      return Optional.of(RunFileYaml.read(Files.readString(file, UTF_8)))
          .filter(EmbeddedRunFile::isOfLiveProcess);
    } catch (NoSuchFileException _) {
      return Optional.empty(); // its process ended just now
    } catch (IllegalArgumentException | IOException e) {
      throw ApplicationException.of(
          ErrorCode.INVALID_CONFIGURATION, file + " cannot be read.", "Delete it.", null, e);
    }
  }

  static Path folder(Path projectFolder) {
    return projectFolder.toAbsolutePath().resolve(FOLDER);
  }

  static Instant startOf(ProcessHandle process) {
    return process.info().startInstant().orElse(Instant.EPOCH);
  }

  private boolean isOfLiveProcess() {
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .map(process -> Duration.between(startOf(process), startedAt).abs())
        .filter(difference -> difference.compareTo(CLOCK_TOLERANCE) <= 0)
        .isPresent();
  }

  void write(Path projectFolder) throws IOException {
    PrivateFolder.create(folder(projectFolder)).write(NAME, HEADING + RunFileYaml.write(this));
  }

  static void remove(Path projectFolder) throws IOException {
    Files.deleteIfExists(folder(projectFolder).resolve(NAME));
  }
}
