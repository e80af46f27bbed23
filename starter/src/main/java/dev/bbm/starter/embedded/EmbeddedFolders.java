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
    try {
      return new EmbeddedFolders(
          Files.createTempDirectory("bbm-postgresql-"),
          Files.createTempDirectory("bbm-temporal-"),
          true);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make a temporary folder", e);
    }
  }

  DatabaseServerOptions databaseServer(EmbeddedSettings settings) {
    return (throwaway
            ? DatabaseServerOptions.throwaway(postgres)
            : DatabaseServerOptions.persistent(postgres))
        .withDatabases(settings.databases())
        .withSettings(settings.serverSettings());
  }

  TemporalOptions temporalServer(EmbeddedSettings settings) {
    return (throwaway ? TemporalOptions.throwaway(temporal) : TemporalOptions.persistent(temporal))
        .withSearchAttributes(settings.searchAttributes());
  }
}
