package dev.bbm.activities.postdeploy;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The header of a file: {@code -- key: value} in the comment lines above its first statement.
 *
 * @param gitlabSchema of {@code restrict_gitlab_migration}; null for a file that changes the
 *     structure, which runs everywhere
 * @param supersededBy the version that does its work instead; null for none
 */
record FileHeader(
    @Nullable String gitlabSchema,
    boolean disableDdlTransaction,
    List<EnsureFinished> ensureFinished,
    @Nullable String supersededBy) {

  static final String RESTRICT = "restrict_gitlab_migration";
  static final String NO_TRANSACTION = "disable_ddl_transaction";
  static final String ENSURE_FINISHED = "ensure_finished";
  static final String SUPERSEDED_BY = "superseded_by";

  private static final List<String> KEYS =
      List.of(RESTRICT, NO_TRANSACTION, ENSURE_FINISHED, SUPERSEDED_BY);
  private static final Pattern KEY_LINE = Pattern.compile("--\\s*([A-Za-z][\\w-]*)\\s*:(?!:)(.*)");
  private static final Pattern KNOWN_KEY_LINE =
      Pattern.compile("--\\s*(%s)\\s*:.*".formatted(String.join("|", KEYS)));

  /**
   * Reads the header off.
   *
   * @throws IllegalArgumentException with one sentence
   */
  static FileHeader parse(String sql) {
    List<String> lines = sql.lines().map(String::strip).toList();
    int end =
        (int) lines.stream().takeWhile(line -> line.isEmpty() || line.startsWith("--")).count();
    refuseLateOnes(lines.subList(end, lines.size()));
    var reader = new Reader();
    lines.subList(0, end).forEach(reader::read);
    return new FileHeader(
        reader.gitlabSchema,
        Objects.requireNonNullElse(reader.disableDdlTransaction, false),
        List.copyOf(reader.ensureFinished),
        reader.supersededBy);
  }

  /** Below a statement it would be a mere comment, and the file would run as something else. */
  private static void refuseLateOnes(List<String> lines) {
    lines.stream()
        .map(KNOWN_KEY_LINE::matcher)
        .filter(Matcher::matches)
        .findFirst()
        .ifPresent(late -> {
          throw new IllegalArgumentException(
              "the header \"%s\" stands below a statement; move it to the top of the file"
                  .formatted(late.group(1)));
        });
  }

  /** The schemas whose tables a statement may touch beside gitlab_internal. */
  Stream<String> allowedSchemas() {
    return Stream.of(gitlabSchema, "gitlab_shared").filter(Objects::nonNull).distinct();
  }

  private static final class Reader {

    private @Nullable String gitlabSchema;
    private @Nullable Boolean disableDdlTransaction;
    private @Nullable String supersededBy;
    private final List<EnsureFinished> ensureFinished = new ArrayList<>();

    void read(String line) {
      Matcher header = KEY_LINE.matcher(line);
      if (!header.matches()) {
        return;
      }
      String key = header.group(1);
      String value = header.group(2).strip();
      if (!KEYS.contains(key)) {
        throw new IllegalArgumentException(
            "the header \"%s\" is unknown; known are %s".formatted(key, String.join(", ", KEYS)));
      }
      if (value.isEmpty()) {
        throw new IllegalArgumentException(
            "the header \"%s\" has no value; give it one or leave the line out".formatted(key));
      }
      switch (key) {
        case RESTRICT -> gitlabSchema = once(key, gitlabSchema, value);
        case NO_TRANSACTION ->
            disableDdlTransaction = once(key, disableDdlTransaction, flag(value));
        case SUPERSEDED_BY -> supersededBy = once(key, supersededBy, value);
        default -> ensureFinished.add(EnsureFinished.parse(value));
      }
    }

    private static <T> T once(String key, @Nullable T before, T value) {
      if (before != null) {
        throw new IllegalArgumentException(
            "the header \"%s\" is given twice; keep one".formatted(key));
      }
      return value;
    }

    private static boolean flag(String value) {
      return switch (value) {
        case "true" -> true;
        case "false" -> false;
        default ->
            throw new IllegalArgumentException(
                "the header \"%s\" must be true or false, not \"%s\""
                    .formatted(NO_TRANSACTION, value));
      };
    }
  }
}
