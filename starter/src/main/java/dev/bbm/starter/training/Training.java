package dev.bbm.starter.training;

import dev.bbm.starter.embedded.DatabaseServerOptions;
import dev.bbm.starter.embedded.EmbeddedDatabaseServer;
import dev.bbm.starter.embedded.UserCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Runs a {@link Rehearsal} in a JVM of its own, with an empty database as {@code main} and an empty
 * working directory. The launcher gives the JVM's command line, which records the AOT cache.
 */
public final class Training {

  /** Fifty times what it takes; a command that waits for something must not hold up the build. */
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private Training() {}

  public static void main(String[] java) throws IOException, InterruptedException {
    System.exit(rehearse(List.of(java)));
  }

  static int rehearse(List<String> java) throws IOException, InterruptedException {
    var options = DatabaseServerOptions.throwaway(Files.createTempDirectory("bbm-training-db"));
    var directory = Files.createTempDirectory("bbm-training");
    try (var server = new EmbeddedDatabaseServer(options, UserCache.of(System.getenv()))) {
      server.start();
      return rehearse(java, directory, server.uri("main").toString());
    } finally {
      delete(directory);
    }
  }

  private static int rehearse(List<String> java, Path directory, String mainUrl)
      throws IOException, InterruptedException {
    var command = Stream.concat(java.stream(), Stream.of(Rehearsal.class.getName())).toList();
    var process = new ProcessBuilder(command).directory(directory.toFile()).inheritIO();
    process.environment().put("BBM_MAIN_URL", mainUrl);
    var running = process.start();
    if (!running.waitFor(LIMIT)) {
      running.destroyForcibly().waitFor();
    }
    return running.exitValue();
  }

  private static void delete(Path directory) throws IOException {
    try (var paths = Files.walk(directory)) {
      for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
