package dev.bbm.activities.batching;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one sub-batch: the half-open range (after, through] of a key, within the scope.
 *
 * <p>{@code toString()} is the SQL predicate that {@code ${subBatch}} becomes. Its values stay
 * placeholders of a parameter named {@code subBatch}: MyBatis fills in {@code ${…}} first and reads
 * {@code #{…}} afterwards, so a cursor never becomes SQL text.
 *
 * @param after the last key done, one text per key column; empty before the first key
 * @param through the last key of this range
 * @param alias what the statement calls the table, unquoted; null leaves the columns unqualified
 * @param scope a condition that every row of the range must meet
 */
public record SubBatchRange(
    List<KeyColumn> key,
    List<String> after,
    List<String> through,
    @Nullable String alias,
    @Nullable String scope) {

  public SubBatchRange {
    key = List.copyOf(key);
    after = List.copyOf(after);
    through = List.copyOf(through);
    if (key.isEmpty()) {
      throw new IllegalArgumentException("a range needs at least one key column");
    }
    if (through.size() != key.size() || (!after.isEmpty() && after.size() != key.size())) {
      throw new IllegalArgumentException(
          "the range after %s through %s does not fit the key %s".formatted(after, through, key));
    }
    if (scope != null && (scope.contains("#{") || scope.contains("${"))) {
      throw new IllegalArgumentException("the scope \"" + scope + "\" contains a placeholder");
    }
  }

  @Override
  public String toString() {
    String lower = after.isEmpty() ? "" : columns() + " > " + values("after") + " AND ";
    String upper = columns() + " <= " + values("through");
    String within = scope == null ? "" : " AND (" + SqlPiece.escapeQuestionMarks(scope) + ")";
    return "(" + lower + upper + within + ")";
  }

  private String columns() {
    String qualifier = alias == null ? "" : new SqlIdentifier(alias) + ".";
    return row(key.stream().map(column -> qualifier + column.name()).toList());
  }

  private String values(String bound) {
    return row(
        IntStream.range(0, key.size())
            .mapToObj(n -> "#{subBatch." + bound + "[" + n + "]}::" + key.get(n).type())
            .toList());
  }

  private static String row(List<String> parts) {
    return parts.size() == 1
        ? parts.getFirst()
        : parts.stream().collect(Collectors.joining(", ", "(", ")"));
  }
}
