package dev.bbm.activities.job;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a job argument may be. */
public enum ArgumentType {
  /** Any string. */
  TEXT,
  /** A whole number of at most 18 digits, a bigint in SQL. */
  INTEGER,
  /** True or false. */
  BOOLEAN,
  /** Any number, exact. */
  NUMERIC,
  /** The name of a table or column, which stands quoted in the SQL text. */
  IDENTIFIER,
  /** Any JSON value, a jsonb in SQL. */
  JSON;

  /** As headers and {@code bbm.job_classes} write it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** By its label. */
  public static Optional<ArgumentType> find(String label) {
    return Arrays.stream(values()).filter(type -> type.label().equals(label)).findFirst();
  }

  static String labels() {
    return Arrays.stream(values()).map(ArgumentType::label).collect(Collectors.joining(", "));
  }
}
