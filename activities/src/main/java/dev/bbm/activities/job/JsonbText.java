package dev.bbm.activities.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Collectors;

/** JSON as PostgreSQL writes a jsonb, so that both sides say the same sentence. */
final class JsonbText {

  private JsonbText() {}

  static String of(JsonNode value) {
    return switch (value) {
      case ArrayNode array ->
          array.valueStream().map(JsonbText::of).collect(Collectors.joining(", ", "[", "]"));
      case ObjectNode object ->
          object
              .propertyStream()
              .sorted(Comparator.comparingInt(JsonbText::bytes).thenComparing(Map.Entry::getKey))
              .map(field -> quoted(field.getKey()) + ": " + of(field.getValue()))
              .collect(Collectors.joining(", ", "{", "}"));
      case JsonNode number when number.isNumber() -> number.decimalValue().toPlainString();
      default -> value.toString();
    };
  }

  /** jsonb sorts keys by length, then by bytes. */
  private static int bytes(Map.Entry<String, JsonNode> field) {
    return field.getKey().getBytes(StandardCharsets.UTF_8).length;
  }

  private static String quoted(String key) {
    return TextNode.valueOf(key).toString();
  }
}
