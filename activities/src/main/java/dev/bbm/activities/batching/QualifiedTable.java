package dev.bbm.activities.batching;

/** A table with its PostgreSQL schema; {@code toString()} is the quoted, qualified name. */
public record QualifiedTable(SqlIdentifier schema, SqlIdentifier name) {

  /** From unquoted names. */
  public static QualifiedTable of(String schema, String name) {
    return new QualifiedTable(new SqlIdentifier(schema), new SqlIdentifier(name));
  }

  @Override
  public String toString() {
    return schema + "." + name;
  }
}
