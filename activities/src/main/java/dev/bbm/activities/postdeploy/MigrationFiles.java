package dev.bbm.activities.postdeploy;

import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** All files of db/migrate and db/post_migrate, by version. */
public final class MigrationFiles {

  private final NavigableMap<String, MigrationFile> byVersion =
      new TreeMap<>(Comparator.<String, BigInteger>comparing(BigInteger::new));

  private MigrationFiles() {}

  /**
   * Reads both folders; throws INVALID_MIGRATION for a wrong name and for a version that two files
   * have.
   */
  public static MigrationFiles read(Path folder) {
    var files = new MigrationFiles();
    boolean regular = files.add(folder, false);
    boolean postDeploy = files.add(folder, true);
    if (!regular && !postDeploy) {
      throw ApplicationException.of(
          ErrorCode.INVALID_MIGRATION,
          "there is neither %s nor %s"
              .formatted(folder.resolve("migrate"), folder.resolve("post_migrate")),
          "run it in the application's folder, or give --config");
    }
    return files;
  }

  private boolean add(Path folder, boolean postDeploy) {
    Path files = folder.resolve(MigrationFile.folder(postDeploy));
    if (!Files.isDirectory(files)) {
      return false;
    }
    try (Stream<Path> listed = Files.list(files)) {
      listed
          .filter(file -> file.getFileName().toString().endsWith(".sql"))
          .sorted()
          .forEach(file -> add(MigrationFile.read(file, postDeploy)));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
    return true;
  }

  private void add(MigrationFile file) {
    MigrationFile first = byVersion.putIfAbsent(file.version(), file);
    if (first != null) {
      throw MigrationFile.invalid(
          file.shown(),
          "%s has version %s too; rename the one that has not run yet"
              .formatted(first.shown(), first.version()));
    }
  }

  /** Oldest version first. */
  Collection<MigrationFile> all() {
    return byVersion.values();
  }

  List<MigrationFile> list(Collection<String> versions) {
    return byVersion.values().stream().filter(file -> versions.contains(file.version())).toList();
  }

  Optional<MigrationFile> find(String version) {
    return version.matches("\\d+") ? Optional.ofNullable(byVersion.get(version)) : Optional.empty();
  }

  Set<String> versions() {
    return byVersion.keySet();
  }
}
