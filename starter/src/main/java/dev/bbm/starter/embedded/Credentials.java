package dev.bbm.starter.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * The superuser of an embedded PostgreSQL server; the password is drawn once per data directory.
 */
record Credentials(String password) {

  static final String USER = "bbm";
  private static final int RANDOM_BYTES = 16;

  static Credentials in(Path folder) throws IOException {
    var file = file(folder);
    if (!Files.exists(file)) {
      var random = new byte[RANDOM_BYTES];
      new SecureRandom().nextBytes(random);
      new PrivateFolder(folder)
          .write(file.getFileName().toString(), HexFormat.of().formatHex(random));
    }
    return new Credentials(Files.readString(file, UTF_8).strip());
  }

  static Path file(Path folder) {
    return folder.resolve("password");
  }

  @Override
  public String toString() {
    return "Credentials[user=" + USER + ", password=***]";
  }
}
