package dev.bbm.activities.job;

import dev.bbm.workflows.failure.ApplicationException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The registered job classes, by name. */
public final class JobClasses {

  private final NavigableMap<String, JobClass> byName;

  private JobClasses(NavigableMap<String, JobClass> byName) {
    this.byName = byName;
  }

  /**
   * Loads the SQL files below a directory, which may be absent, and the Java classes that a class
   * loader offers.
   *
   * @throws dev.bbm.workflows.failure.UserException with every problem, one per line
   */
  public static JobClasses load(Path sqlFiles, ClassLoader javaClasses) {
    var loading = new Loading();
    filesIn(sqlFiles, ".sql").forEach(file -> loading.attempt(() -> SqlJobFile.read(file)));
    loading.addServices(ServiceLoader.load(BatchedMigrationJob.class, javaClasses).iterator());
    if (!loading.problems.isEmpty()) {
      throw JobClassRefusal.ofAll(loading.problems);
    }
    return new JobClasses(loading.found);
  }

  /** The jars of a folder, which may be absent, for Java job classes outside the class path. */
  public static URLClassLoader jarsIn(Path folder, ClassLoader parent) {
    URL[] jars = filesIn(folder, ".jar").stream().map(JobClasses::url).toArray(URL[]::new);
    return new URLClassLoader("bbm-jobs", jars, parent);
  }

  private static List<Path> filesIn(Path folder, String suffix) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(
              file -> file.getFileName().toString().endsWith(suffix) && Files.isRegularFile(file))
          .sorted()
          .toList();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static URL url(Path jar) {
    try {
      return jar.toUri().toURL();
    } catch (MalformedURLException impossible) {
      throw new IllegalStateException("every file has a URL", impossible);
    }
  }

  /** By name; a leading {@code ::} or {@code Gitlab::BackgroundMigration::} does not count. */
  public Optional<JobClass> find(String name) {
    return Optional.ofNullable(byName.get(JobClassDefinition.plainName(name)));
  }

  /** Sorted by name. */
  public Collection<JobClass> all() {
    return byName.values();
  }

  /** What each declares, sorted by name. */
  public List<JobClassDefinition> definitions() {
    return all().stream().map(JobClass::definition).toList();
  }

  /** What was found so far, and what was wrong with the rest. */
  private static final class Loading {

    private final NavigableMap<String, JobClass> found = new TreeMap<>();
    private final List<String> problems = new ArrayList<>();

    private interface Source {
      JobClass load();
    }

    void attempt(Source source) {
      try {
        add(source.load());
      } catch (ApplicationException refused) {
        problems.add(String.valueOf(refused.getMessage()));
      } catch (ServiceConfigurationError broken) {
        problems.add(broken.getMessage());
      }
    }

    void addServices(Iterator<BatchedMigrationJob> services) {
      while (hasNext(services)) {
        attempt(() -> JavaJobClass.of(services.next()));
      }
    }

    /** ServiceLoader throws for a broken line of a service file, and goes on behind it. */
    private boolean hasNext(Iterator<BatchedMigrationJob> services) {
      while (true) {
        try {
          return services.hasNext();
        } catch (ServiceConfigurationError broken) {
          problems.add(broken.getMessage());
        }
      }
    }

    private void add(JobClass job) {
      JobClassDefinition definition = job.definition();
      JobClass first = found.putIfAbsent(definition.name(), job);
      if (first != null) {
        problems.add(
            "%s: the job class \"%s\" is in %s too; rename or delete one"
                .formatted(definition.source(), definition.name(), first.definition().source()));
      }
    }
  }
}
