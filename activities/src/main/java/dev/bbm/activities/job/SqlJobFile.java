package dev.bbm.activities.job;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads a job class from a SQL file: a header in comments, then one statement. */
public final class SqlJobFile {

  private static final Pattern UNQUOTED_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  private SqlJobFile() {}

  /**
   * Reads one file.
   *
   * @throws dev.bbm.workflows.failure.UserException when the file is no job class, in one sentence
   */
  public static SqlJobClass read(Path file) {
    String content;
    try {
      byte[] bytes = Files.readAllBytes(file);
      content = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException notUtf8) {
      throw JobClassRefusal.of(file.toString(), "the file is not UTF-8; save it as UTF-8");
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
    return parse(file.toString(), content);
  }

  /** Reads the content; {@code source} names the file in messages. */
  public static SqlJobClass parse(String source, String content) {
    try {
      var header =
          SqlJobHeader.parse(content.startsWith("\uFEFF") ? content.substring(1) : content);
      String written = SqlRules.checkStatement(header.statement());
      JobClassDefinition job = definition(source, header, written);
      var placeholders = new SqlPlaceholders(job);
      if (job.verify() != null && placeholders.prepare(job.verify()).contains("${subBatch}")) {
        throw new IllegalArgumentException(
            "the header \"verify\" has ${subBatch}; it is about the whole table, so leave it out");
      }
      String statement = placeholders.prepare(written);
      if (!statement.contains("${subBatch}")) {
        throw new IllegalArgumentException(
            "the statement has no ${subBatch}; put it where the range of keys belongs, as in WHERE ${subBatch}");
      }
      return new SqlJobClass(job, statement);
    } catch (IllegalArgumentException wrong) {
      throw JobClassRefusal.of(source, String.valueOf(wrong.getMessage()));
    }
  }

  private static JobClassDefinition definition(
      String source, SqlJobHeader header, String statement) {
    String name =
        header
            .find("job_class")
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "the header \"job_class\" is missing; begin the file with a line like -- job_class: BackfillRouteNamespaceId"));
    return new JobClassDefinition(
        JobClassDefinition.plainName(name),
        list(header.find("arguments")).stream().map(SqlJobFile::argument).toList(),
        header.find("scope").map(SqlRules::checkScope).orElse(null),
        alias(header.find("alias").orElse(null)),
        header.find("strategy").orElse(JobClassDefinition.PRIMARY_KEY),
        header.find("operation").orElse("update_all"),
        header.find("feature_category").orElse("database"),
        readOnly(list(header.find("touches"))),
        header.find("verify").map(SqlRules::checkQuery).orElse(null),
        hash(header, statement),
        "sql",
        source);
  }

  private static String hash(SqlJobHeader header, String statement) {
    var hash = new JobClassHash();
    SqlJobHeader.KEYS.forEach(key -> hash.add(header.find(key).orElse("")));
    return hash.addSql(statement).hex();
  }

  private static List<String> list(Optional<String> value) {
    return value.stream()
        .flatMap(text -> Arrays.stream(text.split(",", -1)))
        .map(part -> part.strip().replaceAll("\\s+", " "))
        .toList();
  }

  private static List<String> readOnly(List<String> touches) {
    touches.stream()
        .filter(touch -> touch.endsWith(" write"))
        .findFirst()
        .ifPresent(touch -> {
          throw new IllegalArgumentException(
              "touches \"%s\" needs two databases; a job class that writes to a second one is written in Java"
                  .formatted(touch));
        });
    return touches;
  }

  private static JobArgument argument(String declaration) {
    String[] words = declaration.split(" ", -1);
    if (words.length != 2) {
      throw new IllegalArgumentException(
          "the argument \"%s\" must be a name and a type, like copy_from identifier"
              .formatted(declaration));
    }
    return new JobArgument(
        words[0],
        ArgumentType.find(words[1])
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "the type \"%s\" of the argument \"%s\" is unknown; known are %s"
                        .formatted(words[1], words[0], ArgumentType.labels()))));
  }

  /** PostgreSQL folds an unquoted alias to lower case, and so must the predicate's qualifier. */
  private static @Nullable String alias(@Nullable String written) {
    if (written == null) {
      return null;
    }
    if (written.length() > 2 && written.startsWith("\"") && written.endsWith("\"")) {
      return written.substring(1, written.length() - 1).replace("\"\"", "\"");
    }
    if (!UNQUOTED_NAME.matcher(written).matches()) {
      throw new IllegalArgumentException(
          "the alias \"%s\" must be one name, as the statement writes it".formatted(written));
    }
    return written.toLowerCase(Locale.ROOT);
  }
}
