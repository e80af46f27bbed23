package dev.bbm.activities.batching;

import java.util.List;

/** A column of a key and its type, named as PostgreSQL's format_type names it. */
public record KeyColumn(SqlIdentifier name, String type) {

  /** The types whose text form, cast back, is the same value in the same order. */
  public static final List<String> TYPES =
      List.of(
          "smallint",
          "integer",
          "bigint",
          "uuid",
          "text",
          "character varying",
          "timestamp with time zone",
          "timestamp without time zone",
          "date");

  public KeyColumn {
    if (!TYPES.contains(type)) {
      throw new IllegalArgumentException(
          "the key column %s has the type \"%s\"; supported are %s"
              .formatted(name, type, String.join(", ", TYPES)));
    }
  }

  /** From an unquoted name. */
  public static KeyColumn of(String name, String type) {
    return new KeyColumn(new SqlIdentifier(name), type);
  }

  @Override
  public String toString() {
    return name + " " + type;
  }
}
