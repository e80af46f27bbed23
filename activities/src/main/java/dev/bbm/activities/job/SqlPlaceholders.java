package dev.bbm.activities.job;

import dev.bbm.activities.batching.SqlPiece;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The placeholders of a job's SQL: {@code ${subBatch}}, {@code ${table}}, {@code ${name}} for
 * identifiers and {@code #{value}} for values.
 */
final class SqlPlaceholders {

  private static final Pattern PLACEHOLDER = Pattern.compile("([#$])\\{([^}]*)(}?)");

  private final JobClassDefinition job;

  SqlPlaceholders(JobClassDefinition job) {
    this.job = job;
  }

  /** The parameter that holds an argument; no caller's own parameter can have its name. */
  static String key(JobArgument argument) {
    return "argument_" + argument.name();
  }

  /**
   * The text as MyBatis reads it: arguments by their {@link #key}, values that are no text cast,
   * question marks doubled.
   *
   * @throws IllegalArgumentException with one sentence, when a placeholder cannot be filled
   */
  String prepare(String sql) {
    String prepared = SqlPiece.split(sql).stream().map(this::prepare).collect(Collectors.joining());
    return SqlPiece.escapeQuestionMarks(prepared);
  }

  private String prepare(SqlPiece piece) {
    return PLACEHOLDER
        .matcher(piece.text())
        .replaceAll(found -> Matcher.quoteReplacement(replacement(piece, (Matcher) found)));
  }

  private String replacement(SqlPiece piece, Matcher found) {
    String placeholder = found.group();
    String name = found.group(2).strip();
    if (piece.kind() != SqlPiece.Kind.CODE) {
      throw new IllegalArgumentException(
          "the placeholder %s stands within %s; write it outside, without quotes"
              .formatted(placeholder, within(piece)));
    }
    if (found.group(3).isEmpty()) {
      throw new IllegalArgumentException("the placeholder %s has no end".formatted(placeholder));
    }
    return found.group(1).equals("$") ? name(name) : value(name);
  }

  private static String within(SqlPiece piece) {
    return switch (piece.kind()) {
      case COMMENT -> "a comment";
      case QUOTED_NAME -> "a quoted name";
      case STRING, CODE -> "a string";
    };
  }

  private String name(String name) {
    if (name.equals("subBatch") || name.equals("table")) {
      return "${" + name + "}";
    }
    JobArgument argument = declared("${" + name + "}", name, ArgumentType.IDENTIFIER);
    if (argument.type() != ArgumentType.IDENTIFIER) {
      throw new IllegalArgumentException(
          "${%s} is declared as %s; write #{%s} for a value, or declare it as identifier"
              .formatted(name, argument.type().label(), name));
    }
    return "${" + key(argument) + "}";
  }

  private String value(String name) {
    if (name.equals("subBatch") || name.equals("table")) {
      throw new IllegalArgumentException("#{%s} is no value; write ${%s}".formatted(name, name));
    }
    JobArgument argument = declared("#{" + name + "}", name, ArgumentType.TEXT);
    return switch (argument.type()) {
      case IDENTIFIER ->
          throw new IllegalArgumentException(
              "#{%s} is declared as identifier; write ${%s} for a name".formatted(name, name));
      case JSON -> "#{" + key(argument) + "}::jsonb";
      case INTEGER -> "#{" + key(argument) + "}::bigint";
      case BOOLEAN -> "#{" + key(argument) + "}::boolean";
      case NUMERIC -> "#{" + key(argument) + "}::numeric";
      case TEXT -> "#{" + key(argument) + "}";
    };
  }

  private JobArgument declared(String placeholder, String name, ArgumentType likely) {
    Optional<JobArgument> argument = job.argument(name);
    return argument.orElseThrow(() ->
        new IllegalArgumentException(
            "%s is no declared argument; write \"%s %s\" into the header \"arguments\""
                .formatted(placeholder, name, likely.label())));
  }
}
