package dev.bbm.activities.batching;

import java.util.List;
import java.util.stream.Collectors;

/** A stretch of SQL text: code, or something in which code does not count. */
public record SqlPiece(Kind kind, String text) {

  /** What a stretch is to PostgreSQL's lexer. */
  public enum Kind {
    CODE,
    STRING,
    QUOTED_NAME,
    COMMENT
  }

  /**
   * Cuts SQL text into its pieces, which joined are the text again.
   *
   * @throws IllegalArgumentException when a string, a quoted name or a comment does not end
   */
  public static List<SqlPiece> split(String sql) {
    return new SqlScanner(sql).pieces();
  }

  /**
   * Doubles each single question mark in code, since JDBC takes one for a placeholder; jsonb's
   * operators {@code ?}, {@code ?|} and {@code ?&} work as in psql.
   */
  public static String escapeQuestionMarks(String sql) {
    if (sql.indexOf('?') < 0) {
      return sql;
    }
    return split(sql).stream()
        .map(piece -> piece.kind() == Kind.CODE ? doubled(piece.text()) : piece.text())
        .collect(Collectors.joining());
  }

  private static String doubled(String code) {
    return code.replaceAll("(?<!\\?)\\?(?!\\?)", "??");
  }
}
