package dev.bbm.activities.postdeploy;

import dev.bbm.activities.batching.SqlPiece;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts SQL at its semicolons as psql does: not in strings, comments, parentheses (CREATE RULE) or
 * BEGIN ATOMIC … END.
 */
final class StatementSplitter {

  private static final Pattern TOKEN = Pattern.compile("[\\p{L}_][\\p{L}\\p{N}_$]*|[();]");

  private final String sql;
  private final List<Statement> statements = new ArrayList<>();
  private final List<String> all = new ArrayList<>();
  private final List<String> outside = new ArrayList<>();
  private int parentheses;
  private int blocks;
  private int at;

  /** Where the statement's first code or string stands; -1 before that. */
  private int start = -1;

  private StatementSplitter(String sql) {
    this.sql = sql;
  }

  /** Throws IllegalArgumentException when a string, a quoted name or a comment does not end. */
  static List<Statement> split(String sql) {
    return new StatementSplitter(sql).split();
  }

  private List<Statement> split() {
    for (SqlPiece piece : SqlPiece.split(sql)) {
      switch (piece.kind()) {
        case COMMENT -> {}
        case STRING, QUOTED_NAME -> begin(at);
        case CODE -> readCode(piece.text());
      }
      at += piece.text().length();
    }
    end(sql.length());
    return List.copyOf(statements);
  }

  private void readCode(String code) {
    int read = 0;
    Matcher token = TOKEN.matcher(code);
    while (token.find()) {
      beginAtFirstSign(code, read, token.start());
      read = token.end();
      switch (token.group()) {
        case "(" -> {
          begin(at + token.start());
          parentheses++;
        }
        case ")" -> parentheses = Math.max(0, parentheses - 1);
        case ";" -> endAtSemicolon(at + token.start());
        default -> {
          begin(at + token.start());
          readWord(token.group().toUpperCase(Locale.ROOT));
        }
      }
    }
    beginAtFirstSign(code, read, code.length());
  }

  /** A statement may begin with a sign that no statement has, as psql's backslash. */
  private void beginAtFirstSign(String code, int from, int to) {
    for (int n = from; n < to && start < 0; n++) {
      if (!Character.isWhitespace(code.charAt(n))) {
        begin(at + n);
      }
    }
  }

  private void begin(int position) {
    if (start < 0) {
      start = position;
    }
  }

  private void readWord(String word) {
    boolean opensBody = word.equals("ATOMIC") && !all.isEmpty() && all.getLast().equals("BEGIN");
    if (opensBody || (blocks > 0 && word.equals("CASE"))) {
      blocks++;
    } else if (blocks > 0 && word.equals("END")) {
      blocks--;
    }
    all.add(word);
    if (parentheses == 0) {
      outside.add(word);
    }
  }

  private void endAtSemicolon(int position) {
    if (parentheses == 0 && blocks == 0) {
      end(position);
    }
  }

  private void end(int position) {
    if (start >= 0) {
      int line = (int) sql.substring(0, start).chars().filter(sign -> sign == '\n').count() + 1;
      statements.add(
          Statement.of(
              statements.size() + 1,
              line,
              sql.substring(start, position).strip(),
              new Statement.Words(List.copyOf(all), List.copyOf(outside))));
    }
    start = -1;
    parentheses = 0;
    blocks = 0;
    all.clear();
    outside.clear();
  }
}
