package dev.bbm.activities.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class SubBatchRangeTest {

  private static final List<KeyColumn> ID = List.of(KeyColumn.of("id", "bigint"));
  private static final List<KeyColumn> PAIR =
      List.of(KeyColumn.of("a", "bigint"), KeyColumn.of("b", "uuid"));

  @Test
  void isAPredicateWithTheScopeAndWithoutValues() {
    var range =
        new SubBatchRange(
            ID, List.of("10"), List.of("20"), "routes", "source_type <> 'UnusedType'");

    assertThat(range)
        .hasToString(
            "(\"routes\".\"id\" > #{subBatch.after[0]}::bigint"
                + " AND \"routes\".\"id\" <= #{subBatch.through[0]}::bigint"
                + " AND (source_type <> 'UnusedType'))");
  }

  @Test
  void hasNoLowerBoundBeforeTheFirstKey() {
    assertThat(new SubBatchRange(ID, List.of(), List.of("20"), null, null))
        .hasToString("(\"id\" <= #{subBatch.through[0]}::bigint)");
  }

  @Test
  void comparesACompositeKeyAsARow() {
    assertThat(new SubBatchRange(PAIR, List.of("1", "x"), List.of("2", "y"), "t", null))
        .hasToString(
            "((\"t\".\"a\", \"t\".\"b\") > (#{subBatch.after[0]}::bigint, #{subBatch.after[1]}::uuid)"
                + " AND (\"t\".\"a\", \"t\".\"b\") <= (#{subBatch.through[0]}::bigint,"
                + " #{subBatch.through[1]}::uuid))");
  }

  @Test
  void quotesAHostileAliasAndKey() {
    List<KeyColumn> hostile = List.of(KeyColumn.of("i\"d", "text"));

    assertThat(new SubBatchRange(hostile, List.of(), List.of("'"), "or\"ders; DROP", null))
        .hasToString("(\"or\"\"ders; DROP\".\"i\"\"d\" <= #{subBatch.through[0]}::text)");
  }

  @Test
  void refusesABoundThatDoesNotFitTheKey() {
    assertThatThrownBy(() -> new SubBatchRange(PAIR, List.of("1"), List.of("2", "y"), null, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the range after [1] through [2, y] does not fit the key [\"a\" bigint, \"b\" uuid]");
  }

  @Test
  void refusesAnEmptyKey() {
    assertThatThrownBy(() -> new SubBatchRange(List.of(), List.of(), List.of(), null, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a range needs at least one key column");
  }

  @Test
  void refusesAScopeWithAPlaceholder() {
    assertThatThrownBy(() -> new SubBatchRange(ID, List.of(), List.of("1"), null, "a = #{b}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the scope \"a = #{b}\" contains a placeholder");
  }
}
