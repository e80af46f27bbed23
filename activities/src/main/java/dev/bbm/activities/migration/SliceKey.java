package dev.bbm.activities.migration;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bbm.activities.batching.KeyColumn;
import dev.bbm.activities.batching.SubBatchRange;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The key of a migration, what its statement calls the table, and the condition on its rows. */
record SliceKey(List<KeyColumn> columns, @Nullable String alias, @Nullable String scope) {

  private static final ObjectMapper JSON = new ObjectMapper();

  static SliceKey of(SliceTarget target) {
    List<String> names = texts(target.keyColumns());
    List<String> types = texts(target.keyTypes());
    List<KeyColumn> columns =
        IntStream.range(0, names.size())
            .mapToObj(n -> KeyColumn.of(names.get(n), types.get(n)))
            .toList();
    String alias = target.alias() == null ? target.tableName() : target.alias();
    return new SliceKey(columns, alias, target.scope());
  }

  /** The range between two cursors, given as JSON arrays. */
  SubBatchRange range(String after, String through) {
    return new SubBatchRange(columns, texts(after), texts(through), alias, scope);
  }

  private static List<String> texts(String json) {
    try {
      return List.of(JSON.readValue(json, String[].class));
    } catch (JsonProcessingException broken) {
      throw new IllegalStateException("no JSON array of texts: " + json, broken);
    }
  }
}
