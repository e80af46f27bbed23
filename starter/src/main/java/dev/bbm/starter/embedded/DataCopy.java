package dev.bbm.starter.embedded;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;

/** A data directory copied under a live server: files may vanish, and some must not be taken. */
record DataCopy(Path from, Path to) {

  /** Folders whose files are the running server's own; the copy makes its own. */
  private static final Set<String> EMPTIED =
      Set.of(
          "pg_wal",
          "pg_replslot",
          "pg_dynshmem",
          "pg_notify",
          "pg_serial",
          "pg_snapshots",
          "pg_stat_tmp",
          "pg_subtrans");

  private static final Set<String> LEFT_OUT = Set.of("postmaster.pid", "postmaster.opts");

  void make() throws IOException {
    Files.walkFileTree(from, new Copying());
  }

  private final class Copying extends SimpleFileVisitor<Path> {

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
        throws IOException {
      if (!isWanted(from.relativize(folder))) {
        return FileVisitResult.SKIP_SUBTREE;
      }
      copy(folder);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      if (isWanted(from.relativize(file))) {
        copy(file);
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
      if (failure instanceof NoSuchFileException) {
        return FileVisitResult.CONTINUE;
      }
      throw failure;
    }

    private static boolean isWanted(Path file) {
      return file.getNameCount() == 1
          ? !LEFT_OUT.contains(file.toString())
          : !EMPTIED.contains(file.getName(0).toString());
    }

    private void copy(Path file) throws IOException {
      try {
        Files.copy(file, to.resolve(from.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
      } catch (NoSuchFileException e) {
        if (Files.exists(file)) {
          throw e;
        }
        // Dropped by the server meanwhile; the log tells the copy so too.
      }
    }
  }
}
