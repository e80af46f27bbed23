package dev.bbm.starter.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One mapping of bbm.yml; what does not fit becomes a problem and counts as absent.
 *
 * @param path the way to it with a dot at its end, or empty at the root
 */
record Mapping(String path, Map<?, ?> values, Problems problems) {

  /** The root of a document; an empty document is an empty mapping. */
  static Mapping root(String file, @Nullable Object document, Problems problems) {
    return of("", file, document, problems);
  }

  private static Mapping of(String path, String name, @Nullable Object value, Problems problems) {
    if (value instanceof Map<?, ?> map) {
      return new Mapping(path, map, problems);
    }
    if (value != null && !value.equals("")) {
      problems.add(name, value.toString(), "is no mapping; write `key: value` lines under it");
    }
    return new Mapping(path, Map.of(), problems);
  }

  /** Makes every key outside the list a problem. */
  void allowOnly(List<String> keys) {
    for (Object key : values.keySet()) {
      if (!keys.contains(String.valueOf(key))) {
        problems.add(
            path + key,
            String.valueOf(values.get(key)),
            "is under an unknown name; known: " + String.join(", ", keys));
      }
    }
  }

  Mapping child(String key) {
    return of(path + key + ".", path + key, values.get(key), problems);
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

  Optional<List<String>> texts(Property property) {
    return switch (values.get(property.key())) {
      case null -> Optional.empty();
      case List<?> list when !list.isEmpty() && list.stream().allMatch(String.class::isInstance) ->
          Optional.of(list.stream().map(String.class::cast).distinct().toList());
      case Object other -> {
        problems.add(
            name(property),
            other.toString(),
            "is no list of names; write [gitlab_main, gitlab_shared]");
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

  String name(Property property) {
    return path + property.key();
  }
}
