package dev.bbm.activities.job;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The header of a SQL job file: {@code -- key: value} in the comment lines above the statement.
 *
 * <p>A line {@code -- more text} continues the value above it. Other comment lines are remarks;
 * nothing that looks like a header is taken for one.
 *
 * @param values by key
 * @param statement what follows the header
 */
record SqlJobHeader(Map<String, String> values, String statement) {

  static final List<String> KEYS =
      List.of(
          "job_class",
          "operation",
          "feature_category",
          "arguments",
          "scope",
          "strategy",
          "alias",
          "touches",
          "verify");

  private static final Pattern KEY_LINE = Pattern.compile("--\\s*([A-Za-z][\\w-]*)\\s*:(?!:)(.*)");
  private static final Pattern CONTINUATION = Pattern.compile("--\\s{2,}(\\S.*)");

  /**
   * Takes the header off.
   *
   * @throws IllegalArgumentException with one sentence, when a header line is wrong
   */
  static SqlJobHeader parse(String content) {
    var reader = new Reader();
    List<String> lines = content.lines().toList();
    int next = 0;
    while (next < lines.size() && isHeader(lines.get(next))) {
      reader.read(lines.get(next).strip());
      next++;
    }
    reader.values.forEach(SqlJobHeader::requireValue);
    return new SqlJobHeader(
        Map.copyOf(reader.values), String.join("\n", lines.subList(next, lines.size())).strip());
  }

  private static boolean isHeader(String line) {
    return line.isBlank() || line.strip().startsWith("--");
  }

  private static void requireValue(String key, String value) {
    if (value.isEmpty()) {
      throw new IllegalArgumentException(
          "the header \"%s\" has no value; give it one or leave the line out".formatted(key));
    }
  }

  Optional<String> find(String key) {
    return Optional.ofNullable(values.get(key));
  }

  private static final class Reader {

    private final Map<String, String> values = new LinkedHashMap<>();
    private String open = "";

    void read(String line) {
      Matcher keyLine = KEY_LINE.matcher(line);
      Matcher continuation = CONTINUATION.matcher(line);
      boolean isKeyLine = keyLine.matches();
      if (isKeyLine && KEYS.contains(keyLine.group(1))) {
        start(keyLine.group(1), keyLine.group(2).strip());
      } else if (!open.isEmpty() && continuation.matches()) {
        values.merge(open, continuation.group(1), (value, more) -> (value + " " + more).strip());
      } else if (isKeyLine) {
        throw new IllegalArgumentException(
            "the header \"%s\" is unknown; known are %s"
                .formatted(keyLine.group(1), String.join(", ", KEYS)));
      } else {
        open = "";
      }
    }

    private void start(String key, String value) {
      if (values.putIfAbsent(key, value) != null) {
        throw new IllegalArgumentException(
            "the header \"%s\" is given twice; keep one".formatted(key));
      }
      open = key;
    }
  }
}
