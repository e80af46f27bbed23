package dev.bbm.activities.job;

import dev.bbm.activities.batching.SqlPiece;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a job's SQL must keep to as far as its text shows; PostgreSQL checks the rest. Every method
 * throws IllegalArgumentException with one sentence.
 */
final class SqlRules {

  private static final List<String> CHANGES = List.of("UPDATE", "DELETE", "INSERT", "MERGE");
  private static final List<String> VERBS =
      List.of("SELECT", "VALUES", "TABLE", "UPDATE", "DELETE", "INSERT", "MERGE");
  private static final Pattern TOKEN = Pattern.compile("[\\p{L}_][\\p{L}\\p{N}_$]*|[()]");
  private static final Pattern PLACEHOLDER = Pattern.compile("[#$]\\{[^}]*}?");

  private SqlRules() {}

  /** One statement that changes rows; returned without its closing semicolon. */
  static String checkStatement(String sql) {
    String statement = single(sql);
    List<String> words = topLevelWords(statement);
    if (!CHANGES.contains(verb(words))) {
      throw new IllegalArgumentException(
          "the statement begins with \"%s\"; a job class changes rows with UPDATE, DELETE, INSERT, MERGE or WITH … one of them, and DDL belongs in a schema migration"
              .formatted(beginning(statement, words)));
    }
    if (words.contains("RETURNING")) {
      throw new IllegalArgumentException(
          "the statement has a RETURNING that nobody reads; leave it out");
    }
    return statement;
  }

  /** One query, as the header {@code verify} holds it. */
  static String checkQuery(String sql) {
    String query = single(sql);
    if (!verb(topLevelWords(query)).equals("SELECT")) {
      throw new IllegalArgumentException(
          "the header \"verify\" must be one SELECT, not \"%s\"".formatted(query));
    }
    return query;
  }

  /** A condition that can stand between parentheses, without placeholders. */
  static String checkScope(String scope) {
    String code = code(scope);
    Matcher placeholder = PLACEHOLDER.matcher(scope);
    if (placeholder.find()) {
      throw new IllegalArgumentException(
          "the scope \"%s\" has the placeholder %s; arguments are not supported in a scope, so write the value itself"
              .formatted(scope, placeholder.group()));
    }
    if (code.contains(";") || SqlPiece.split(scope).stream().anyMatch(SqlRules::isComment)) {
      throw new IllegalArgumentException(
          "the scope \"%s\" has a semicolon or a comment; write one condition".formatted(scope));
    }
    if (!isBalanced(code)) {
      throw new IllegalArgumentException(
          "the parentheses of the scope \"%s\" do not match".formatted(scope));
    }
    return scope;
  }

  private static String single(String sql) {
    String code = code(sql);
    int end = code.indexOf(';') < 0 ? code.length() : code.indexOf(';');
    if (code.substring(0, end).isBlank()) {
      throw new IllegalArgumentException(
          "there is no statement; write one below the header, with ${subBatch} in its WHERE clause");
    }
    String rest = code.substring(end).replace(';', ' ').strip();
    if (!rest.isEmpty()) {
      throw new IllegalArgumentException(
          "there is a second statement, which begins with \"%s\"; keep one in each file"
              .formatted(rest.split("\\s+")[0]));
    }
    return sql.substring(0, end).strip();
  }

  /** The same length as the text: comments become spaces, strings and quoted names apostrophes. */
  private static String code(String sql) {
    return SqlPiece.split(sql).stream()
        .map(piece ->
            switch (piece.kind()) {
              case CODE -> piece.text();
              case COMMENT -> " ".repeat(piece.text().length());
              case STRING, QUOTED_NAME -> "'".repeat(piece.text().length());
            })
        .collect(Collectors.joining());
  }

  private static boolean isComment(SqlPiece piece) {
    return piece.kind() == SqlPiece.Kind.COMMENT;
  }

  private static boolean isBalanced(String code) {
    int depth = 0;
    for (int n = 0; n < code.length() && depth >= 0; n++) {
      if (code.charAt(n) == '(') {
        depth++;
      } else if (code.charAt(n) == ')') {
        depth--;
      }
    }
    return depth == 0;
  }

  /** The words outside all parentheses, in upper case. */
  private static List<String> topLevelWords(String sql) {
    var words = new ArrayList<String>();
    Matcher token = TOKEN.matcher(PLACEHOLDER.matcher(code(sql)).replaceAll(" "));
    int depth = 0;
    while (token.find()) {
      switch (token.group()) {
        case "(" -> depth++;
        case ")" -> depth--;
        default -> {
          if (depth == 0) {
            words.add(token.group().toUpperCase(Locale.ROOT));
          }
        }
      }
    }
    return words;
  }

  /** What the statement does: its first word, or the first verb after a WITH. */
  private static String verb(List<String> words) {
    if (words.isEmpty()) {
      return "";
    }
    return words.getFirst().equals("WITH")
        ? words.stream().filter(VERBS::contains).findFirst().orElse("WITH")
        : words.getFirst();
  }

  private static String beginning(String statement, List<String> words) {
    if (words.isEmpty()) {
      return statement.split("\\s+")[0];
    }
    String verb = verb(words);
    return verb.equals(words.getFirst()) ? verb : "WITH … " + verb;
  }
}
