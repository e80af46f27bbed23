package dev.bbm.starter.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the two servers keep what they write. */
record EmbeddedFolders(Path postgres, Path temporal, boolean throwaway) {

  static EmbeddedFolders of(EmbeddedSettings settings) {
    var data = settings.dataDirectory();
    if (data != null) {
      return new EmbeddedFolders(data.resolve("postgresql"), data.resolve("temporal"), false);
    }
    return new EmbeddedFolders(temporary("bbm-postgresql-"), temporary("bbm-temporal-"), true);
  }

  /** Of a standby of that PostgreSQL server. */
  static Path ofStandby(EmbeddedSettings settings) {
    var data = settings.dataDirectory();
    return data == null ? temporary("bbm-standby-") : data.resolve("standby");
  }

  private static Path temporary(String prefix) {
    try {
      return Files.createTempDirectory(prefix);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make a temporary folder", e);
    }
  }

  DatabaseServerOptions databaseServer(EmbeddedSettings settings) {
    return (throwaway
            ? DatabaseServerOptions.throwaway(postgres).withFsync(settings.fsync())
            : DatabaseServerOptions.persistent(postgres))
        .withDatabases(settings.databases())
        .withSettings(settings.serverSettings());
  }

  TemporalOptions temporalServer(EmbeddedSettings settings) {
    return (throwaway ? TemporalOptions.throwaway(temporal) : TemporalOptions.persistent(temporal))
        .withSearchAttributes(settings.searchAttributes());
  }
}
