package dev.bbm.starter.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The user's own copy of the {@code temporal} program, in the version that this project pins. */
record TemporalCache(Path folder) implements TemporalSource {

  static final String VERSION = "1.9.1";

  static TemporalCache in(UserCache cache) {
    return new TemporalCache(cache.resolve("temporal").resolve(VERSION));
  }

  Path program() {
    return folder.resolve("temporal");
  }

  @Override
  public Attempt attempt() {
    return Files.isExecutable(program())
        ? new Attempt.Found(program())
        : new Attempt.Missing("none kept from an earlier run");
  }

  /** A folder beside the program, so that what was fetched can be renamed into place. */
  Path scratchFolder() throws IOException {
    Files.createDirectories(folder);
    return Files.createTempDirectory(folder, "fetching-");
  }

  /** Keeps a fetched program; when two processes fetch at once, either copy will do. */
  Attempt keep(Path fetched) throws IOException {
    if (!fetched.toFile().setExecutable(true)) {
      throw new IOException("cannot make " + fetched + " executable");
    }
    Files.move(fetched, program(), StandardCopyOption.ATOMIC_MOVE);
    return new Attempt.Found(program());
  }
}
