package dev.bbm.starter.config;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One mapping of a YAML file; what does not fit becomes a problem and counts as absent.
 *
 * @param path the way to it with a dot at its end, or empty at the root
 * @param origins where a value stands by the file, if not at its path: within an environment
 */
record Mapping(String path, Map<?, ?> values, Problems problems, Map<String, String> origins) {

  Mapping(String path, Map<?, ?> values, Problems problems) {
    this(path, values, problems, Map.of());
  }

  /** The root of a document; an empty document is an empty mapping. */
  static Mapping root(String file, @Nullable Object document, Problems problems) {
    return new Mapping("", of(file, document, problems), problems);
  }

  private static Map<?, ?> of(String name, @Nullable Object value, Problems problems) {
    if (value instanceof Map<?, ?> map) {
      return map;
    }
    if (value != null && !value.equals("")) {
      problems.add(name, value.toString(), "is no mapping; write `key: value` lines under it");
    }
    return Map.of();
  }

  /** Makes every key outside the list a problem. */
  void allowOnly(List<String> keys) {
    for (Object key : values.keySet()) {
      if (!keys.contains(String.valueOf(key))) {
        problems.add(
            name(String.valueOf(key)),
            String.valueOf(values.get(key)),
            "is under an unknown name; known: " + String.join(", ", keys));
      }
    }
  }

  Mapping child(String key) {
    return new Mapping(
        path + key + ".", of(name(key), values.get(key), problems), problems, origins);
  }

  /** Its mappings by their names, in the file's order. */
  Map<String, Mapping> children() {
    var children = new LinkedHashMap<String, Mapping>();
    values.keySet().forEach(key -> children.put(String.valueOf(key), child(String.valueOf(key))));
    return children;
  }

  Optional<String> text(Property property) {
    return switch (values.get(property.key())) {
      case null -> Optional.empty();
      case String text when text.isBlank() -> Optional.empty();
      case String text -> Optional.of(text);
      case Object other -> {
        problems.add(name(property), other.toString(), "is no text; give one value");
        yield Optional.empty();
      }
    };
  }

  Optional<List<String>> names(Property property) {
    return texts(property, "is no list of names; write [gitlab_main, gitlab_shared]");
  }

  Optional<List<String>> texts(Property property, String refusal) {
    return switch (values.get(property.key())) {
      case null -> Optional.empty();
      case List<?> list when !list.isEmpty() && list.stream().allMatch(String.class::isInstance) ->
          Optional.of(list.stream().map(String.class::cast).distinct().toList());
      case Object other -> {
        problems.add(name(property), PostgresUrl.masked(other.toString()), refusal);
        yield Optional.empty();
      }
    };
  }

  boolean flag(Property property, boolean fallback) {
    return text(property)
        .map(text ->
            switch (text) {
              case "true" -> true;
              case "false" -> false;
              default -> {
                problems.add(name(property), text, "is neither true nor false");
                yield fallback;
              }
            })
        .orElse(fallback);
  }

  int number(Property property, int fallback, int most) {
    return text(property).map(text -> number(property, text, fallback, most)).orElse(fallback);
  }

  private int number(Property property, String text, int fallback, int most) {
    if (text.matches("[0-9]{1,9}")) {
      int number = Integer.parseInt(text);
      if (number >= 1 && number <= most) {
        return number;
      }
    }
    problems.add(name(property), text, "is out of range; give 1 to " + most);
    return fallback;
  }

  /** Null where it is off. */
  @Nullable HttpAddress httpAddress(Property property) {
    String text = text(property).orElse("off");
    if (text.equals("off")) {
      return null;
    }
    HttpAddress address = HttpAddress.parse(text).orElse(null);
    if (address == null) {
      problems.add(
          name(property), text, "is no address; write a port, like 9464, 0.0.0.0:9464, or off");
    }
    return address;
  }

  Duration duration(Property property, Duration fallback) {
    return text(property)
        .map(text ->
            DurationText.parse(text)
                .filter(Duration::isPositive)
                .orElseGet(() -> {
                  problems.add(
                      name(property), text, "is no duration above zero; write 60s, 5m or 1h");
                  return fallback;
                }))
        .orElse(fallback);
  }

  /** The mapping under a name that is not there. */
  Mapping absent(String key) {
    return new Mapping(path + key + ".", Map.of(), problems, origins);
  }

  String name(Property property) {
    return name(property.key());
  }

  private String name(String key) {
    return origins.getOrDefault(path + key, path + key);
  }

  /** The same with the other's values, which win; both are mappings of one file. */
  Mapping under(Mapping other) {
    var where = new LinkedHashMap<>(origins);
    return new Mapping(
        path, merged(values, other.values, path, other.path, where), problems, where);
  }

  private static Map<?, ?> merged(
      Map<?, ?> below, Map<?, ?> above, String path, String from, Map<String, String> where) {
    var merged = new LinkedHashMap<Object, Object>(below);
    above.forEach((key, value) -> {
      where.put(path + key, from + key);
      merged.merge(
          key,
          value,
          (old, given) ->
              old instanceof Map<?, ?> under && given instanceof Map<?, ?> over
                  ? merged(under, over, path + key + ".", from + key + ".", where)
                  : given);
    });
    return merged;
  }
}
