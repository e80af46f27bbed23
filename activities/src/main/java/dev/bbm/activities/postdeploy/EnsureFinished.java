package dev.bbm.activities.postdeploy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * A header {@code ensure_finished}: a batched migration that must be finished before the file runs.
 *
 * @param arguments its job arguments as a JSON array
 * @param inline whether to run what is left of it then and there
 */
public record EnsureFinished(
    String jobClass, String table, @Nullable String column, String arguments, boolean inline) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> KEYS =
      List.of("job_class", "table", "column", "arguments", "finalize");
  private static final String EXAMPLE =
      "{job_class: BackfillOrdersCurrency, table: orders, column: id, arguments: [], finalize: true}";

  /**
   * Reads a mapping in YAML's flow style, of which JSON is a part.
   *
   * @throws IllegalArgumentException with one sentence
   */
  static EnsureFinished parse(String value) {
    Map<String, Object> given = mapping(value);
    for (String key : given.keySet()) {
      if (!KEYS.contains(key)) {
        throw wrong(
            value,
            "has the unknown key \"%s\"; known are %s".formatted(key, String.join(", ", KEYS)));
      }
    }
    return new EnsureFinished(
        required(given, "job_class", value),
        required(given, "table", value),
        given.get("column") == null ? null : String.valueOf(given.get("column")),
        arguments(given.getOrDefault("arguments", List.of()), value),
        flag(given.getOrDefault("finalize", false), value));
  }

  private static Map<String, Object> mapping(String value) {
    Object parsed;
    try {
      parsed = new Yaml(new SafeConstructor(new LoaderOptions())).load(value);
    } catch (YAMLException broken) {
      throw new IllegalArgumentException(notAMapping(value), broken);
    }
    if (!(parsed instanceof Map<?, ?> map)) {
      throw new IllegalArgumentException(notAMapping(value));
    }
    var given = new LinkedHashMap<String, Object>();
    map.forEach((key, content) -> given.put(String.valueOf(key), content));
    return given;
  }

  private static String notAMapping(String value) {
    return "the header \"ensure_finished\" must be written as %s, not \"%s\""
        .formatted(EXAMPLE, value);
  }

  private static IllegalArgumentException wrong(String value, String what) {
    return new IllegalArgumentException(
        "the header \"ensure_finished: %s\" %s".formatted(value, what));
  }

  private static String required(Map<String, Object> given, String key, String value) {
    if (given.get(key) instanceof String text && !text.isBlank()) {
      return text;
    }
    throw wrong(value, "lacks %s; write it as %s".formatted(key, EXAMPLE));
  }

  private static String arguments(Object given, String value) {
    if (!(given instanceof List)) {
      throw wrong(value, "needs arguments as a list, like [id, new_id]");
    }
    try {
      return JSON.writeValueAsString(given);
    } catch (JsonProcessingException unwritable) {
      throw new IllegalArgumentException("arguments that are no JSON: " + given, unwritable);
    }
  }

  private static boolean flag(Object given, String value) {
    if (given instanceof Boolean flag) {
      return flag;
    }
    throw wrong(value, "needs finalize: true or finalize: false");
  }
}
