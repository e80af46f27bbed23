package dev.bbm.starter.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/** A folder that only its owner may read, and files like that in it. */
record PrivateFolder(Path path) {

  static PrivateFolder create(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      Files.createDirectories(path.toAbsolutePath().getParent());
      Files.createDirectories(
          path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    return new PrivateFolder(path);
  }

  /** Writes a file in one step: a reader sees the old text or the new. */
  void write(String name, String text) throws IOException {
    var permissions =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    var unfinished = Files.createTempFile(path, name, ".unfinished", permissions);
    Files.writeString(unfinished, text, UTF_8);
    Files.move(unfinished, path.resolve(name), StandardCopyOption.ATOMIC_MOVE);
  }
}
