package dev.bbm.activities.batching;

import dev.bbm.activities.batching.SqlPiece.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds strings, quoted names and comments in SQL text (PostgreSQL's manual, 4.1). */
final class SqlScanner {

  private static final Pattern DOLLAR_QUOTE =
      Pattern.compile("\\$(?:[\\p{L}_][\\p{L}\\p{N}_]*)?\\$");

  private final String sql;
  private final List<SqlPiece> pieces = new ArrayList<>();
  private int codeStart;
  private int at;

  SqlScanner(String sql) {
    this.sql = sql;
  }

  List<SqlPiece> pieces() {
    while (at < sql.length()) {
      switch (sql.charAt(at)) {
        case '\'' -> take(Kind.STRING, endOfQuoted('\'', isEscapeString()));
        case '"' -> take(Kind.QUOTED_NAME, endOfQuoted('"', false));
        case '-' -> takeIf(sql.startsWith("--", at), this::endOfLine);
        case '/' -> takeIf(sql.startsWith("/*", at), this::endOfBlockComment);
        case '$' -> takeDollarQuoted();
        default -> at++;
      }
    }
    addCode();
    return List.copyOf(pieces);
  }

  private interface End {
    int find();
  }

  private void takeIf(boolean comment, End end) {
    if (comment) {
      take(Kind.COMMENT, end.find());
    } else {
      at++;
    }
  }

  private void take(Kind kind, int end) {
    addCode();
    pieces.add(new SqlPiece(kind, sql.substring(at, end)));
    at = end;
    codeStart = end;
  }

  private void addCode() {
    if (codeStart < at) {
      pieces.add(new SqlPiece(Kind.CODE, sql.substring(codeStart, at)));
    }
  }

  private boolean isEscapeString() {
    return at > 0 && "eE".indexOf(sql.charAt(at - 1)) >= 0 && !isNamePart(at - 2);
  }

  private boolean isNamePart(int index) {
    return index >= 0
        && (Character.isLetterOrDigit(sql.charAt(index)) || "_$".indexOf(sql.charAt(index)) >= 0);
  }

  /** A doubled quote is part of what it quotes. */
  private int endOfQuoted(char quote, boolean backslashEscapes) {
    int next = at + 1;
    while (next < sql.length()) {
      char here = sql.charAt(next);
      if (here == '\\' && backslashEscapes) {
        next += 2;
      } else if (here != quote) {
        next++;
      } else if (next + 1 < sql.length() && sql.charAt(next + 1) == quote) {
        next += 2;
      } else {
        return next + 1;
      }
    }
    throw unended(quote == '"' ? "quoted name" : "string");
  }

  private int endOfLine() {
    int end = sql.indexOf('\n', at);
    return end < 0 ? sql.length() : end;
  }

  /** PostgreSQL's block comments nest. */
  private int endOfBlockComment() {
    int depth = 0;
    for (int next = at; next < sql.length() - 1; next++) {
      if (sql.startsWith("/*", next)) {
        depth++;
        next++;
      } else if (sql.startsWith("*/", next)) {
        depth--;
        next++;
        if (depth == 0) {
          return next + 1;
        }
      }
    }
    throw unended("comment");
  }

  private void takeDollarQuoted() {
    Matcher tag = DOLLAR_QUOTE.matcher(sql).region(at, sql.length());
    if (isNamePart(at - 1) || !tag.lookingAt()) {
      at++;
      return;
    }
    int end = sql.indexOf(tag.group(), tag.end());
    if (end < 0) {
      throw unended("string");
    }
    take(Kind.STRING, end + tag.group().length());
  }

  private IllegalArgumentException unended(String what) {
    String rest = sql.substring(at, Math.min(sql.length(), at + 20)).strip();
    return new IllegalArgumentException(
        "the " + what + " that begins with " + rest + " has no end");
  }
}
