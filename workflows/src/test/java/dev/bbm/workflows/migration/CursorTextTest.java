package dev.bbm.workflows.migration;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CursorTextTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '!',
      textBlock =
          """
          id               | ["26014882"]                | id 26014882
          id               | ["-7"]                      | id -7
          name             | ["a \\"b\\", c"]              | name a "b", c
          namespace_id,id  | ["3","77"]                  | namespace_id 3, id 77
          namespace_id, id | ["3","77"]                  | namespace_id 3, id 77
          id               | []                          | id []
          id               | ["3","77"]                  | id ["3","77"]
          id               | no JSON                     | id no JSON
          """)
  void readsAsKeyColumnsAndTheirValues(String columns, String cursor, String text) {
    assertThat(CursorText.of(columns, cursor)).isEqualTo(text);
  }
}
