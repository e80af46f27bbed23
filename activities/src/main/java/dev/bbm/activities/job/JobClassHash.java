package dev.bbm.activities.job;

import dev.bbm.activities.batching.SqlPiece;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** What tells two versions of a job class apart: 16 hexadecimal digits of a SHA-256. */
final class JobClassHash {

  private final MessageDigest digest;

  JobClassHash() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every Java platform has SHA-256", missing);
    }
  }

  /** With a separator, so that neighbours cannot run together. */
  JobClassHash add(String text) {
    digest.update(text.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
    return this;
  }

  /** Comments and the layout of the code do not count. */
  JobClassHash addSql(String sql) {
    var normal = new StringBuilder();
    for (SqlPiece piece : SqlPiece.split(sql)) {
      String text = normal(piece);
      boolean spaced = normal.isEmpty() || normal.charAt(normal.length() - 1) == ' ';
      normal.append(spaced ? text.stripLeading() : text);
    }
    return add(normal.toString().strip());
  }

  private static String normal(SqlPiece piece) {
    return switch (piece.kind()) {
      case CODE -> piece.text().replaceAll("\\s+", " ");
      case COMMENT -> " ";
      case STRING, QUOTED_NAME -> piece.text();
    };
  }

  JobClassHash addClasses(List<Class<?>> classes) {
    classes.forEach(type -> digest.update(bytes(type)));
    return this;
  }

  private static byte[] bytes(Class<?> type) {
    String file = type.getName().substring(type.getName().lastIndexOf('.') + 1) + ".class";
    try (InputStream in = type.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalArgumentException(
            "the class file of " + type.getName() + " is not found; a job is a named class");
      }
      return in.readAllBytes();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** Ends the digest. */
  String hex() {
    return HexFormat.of().formatHex(digest.digest()).substring(0, 16);
  }
}
