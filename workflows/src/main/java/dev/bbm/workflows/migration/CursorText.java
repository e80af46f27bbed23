package dev.bbm.workflows.migration;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A cursor as people read it, and paste it into a query: {@code id 26014882}. */
public final class CursorText {

  private static final ObjectMapper JSON = new ObjectMapper();

  private CursorText() {}

  /**
   * Each key column with its value; the cursor as it is where they do not match, as for an empty
   * table.
   *
   * @param columns of the key, with commas between them
   * @param cursor a JSON array of text
   */
  public static String of(String columns, String cursor) {
    List<String> names = Arrays.stream(columns.split(",")).map(String::strip).toList();
    List<String> values = values(cursor);
    if (names.size() != values.size()) {
      return columns + " " + cursor;
    }
    return IntStream.range(0, names.size())
        .mapToObj(key -> names.get(key) + " " + values.get(key))
        .collect(Collectors.joining(", "));
  }

  private static List<String> values(String cursor) {
    try {
      return List.of(JSON.readValue(cursor, String[].class));
    } catch (JsonProcessingException _) {
      return List.of();
    }
  }
}
