package dev.bbm.activities.batching;

import java.nio.charset.StandardCharsets;

/** A name of PostgreSQL that may stand in SQL text: {@code toString()} is the quoted name. */
public record SqlIdentifier(String value) {

  /** NAMEDATALEN - 1; PostgreSQL cuts longer names without an error (manual, 4.1.1). */
  private static final int LONGEST_BYTES = 63;

  public SqlIdentifier {
    if (value.isEmpty()) {
      throw new IllegalArgumentException("an identifier must not be empty");
    }
    if (value.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(
          "the identifier \"" + value.replace("\0", "\\0") + "\" contains NUL");
    }
    int bytes = value.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > LONGEST_BYTES) {
      throw new IllegalArgumentException(
          "the identifier \"" + value + "\" is " + bytes + " bytes long; at most 63 are allowed");
    }
    // MyBatis looks for placeholders after it has put the name in.
    if (value.contains("#{")) {
      throw new IllegalArgumentException(
          "the identifier \"" + value + "\" contains \"#{\", which begins a placeholder");
    }
  }

  @Override
  public String toString() {
    return '"' + value.replace("\"", "\"\"") + '"';
  }
}
