package dev.bbm.activities.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class SqlIdentifierTest {

  @Test
  void doublesTheQuotesOfAHostileName() {
    assertThat(new SqlIdentifier("or\"ders; DROP")).hasToString("\"or\"\"ders; DROP\"");
  }

  @Test
  void qualifiesATableWithBothNamesQuoted() {
    assertThat(QualifiedTable.of("pub\"lic", "Routes")).hasToString("\"pub\"\"lic\".\"Routes\"");
  }

  @Test
  void refusesAnEmptyName() {
    assertRefused("", "an identifier must not be empty");
  }

  @Test
  void refusesNul() {
    assertRefused("a\0b", "the identifier \"a\\0b\" contains NUL");
  }

  @Test
  void countsBytesAndNotCharacters() {
    assertThat(new SqlIdentifier("é".repeat(31)).value()).hasSize(31);
    String tooLong = "é".repeat(32);
    assertRefused(
        tooLong, "the identifier \"" + tooLong + "\" is 64 bytes long; at most 63 are allowed");
  }

  @Test
  void refusesWhatMyBatisWouldTakeForAPlaceholder() {
    assertRefused("a#{b}", "the identifier \"a#{b}\" contains \"#{\", which begins a placeholder");
  }

  @Test
  void refusesAKeyOfAnotherType() {
    assertThatThrownBy(() -> KeyColumn.of("price", "money"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the key column \"price\" has the type \"money\"; supported are smallint, integer,"
                + " bigint, uuid, text, character varying, timestamp with time zone, timestamp"
                + " without time zone, date");
  }

  private static void assertRefused(String name, String sentence) {
    assertThatThrownBy(() -> new SqlIdentifier(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(sentence);
  }
}
