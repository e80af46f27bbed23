package dev.bbm.activities.batching;

import static dev.bbm.activities.batching.SqlPiece.Kind.CODE;
import static dev.bbm.activities.batching.SqlPiece.Kind.COMMENT;
import static dev.bbm.activities.batching.SqlPiece.Kind.QUOTED_NAME;
import static dev.bbm.activities.batching.SqlPiece.Kind.STRING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SqlPieceTest {

  @Test
  void cutsCodeStringsNamesAndComments() {
    assertThat(SqlPiece.split("SELECT 'it''s;' AS \"a;\"\"b\" -- end;\n/* ; /* ; */ ; */ + 1"))
        .containsExactly(
            new SqlPiece(CODE, "SELECT "),
            new SqlPiece(STRING, "'it''s;'"),
            new SqlPiece(CODE, " AS "),
            new SqlPiece(QUOTED_NAME, "\"a;\"\"b\""),
            new SqlPiece(CODE, " "),
            new SqlPiece(COMMENT, "-- end;"),
            new SqlPiece(CODE, "\n"),
            new SqlPiece(COMMENT, "/* ; /* ; */ ; */"),
            new SqlPiece(CODE, " + 1"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "E'it\\'s'",
        "e'\\\\'",
        "$$a 'b' ; $x$$",
        "$tag$ $$ ; $ta$ $tag$",
        "'a\\'",
        "''",
        "''''"
      })
  void seesWhereAStringEnds(String string) {
    assertThat(SqlPiece.split("= " + string + " ;"))
        .filteredOn(piece -> piece.kind() == STRING)
        .singleElement()
        .satisfies(piece -> assertThat(string).endsWith(piece.text()));
    assertThat(SqlPiece.split("= " + string + " ;").getLast()).isEqualTo(new SqlPiece(CODE, " ;"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a$1$b", "a - b / c", "$1 + $2", "name$ux$ = other$ux$"})
  void leavesCodeAsItIs(String code) {
    assertThat(SqlPiece.split(code)).containsExactly(new SqlPiece(CODE, code));
  }

  @Test
  void doesNotTakeAWordThatEndsWithEForAnEscapeString() {
    assertThat(SqlPiece.split("type'a\\' ;"))
        .containsExactly(
            new SqlPiece(CODE, "type"), new SqlPiece(STRING, "'a\\'"), new SqlPiece(CODE, " ;"));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "WHERE 'abc, the string that begins with 'abc has no end",
        "WHERE \"abc, the quoted name that begins with \"abc has no end",
        "WHERE /* a /* b */ c, the comment that begins with /* a /* b */ c has no end",
        "WHERE $a$ b $$, the string that begins with $a$ b $$ has no end"
      })
  void refusesWhatHasNoEnd(String sql, String sentence) {
    assertThatThrownBy(() -> SqlPiece.split(sql))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(sentence);
  }

  @Test
  void doublesOnlyTheQuestionMarksOfCode() {
    assertThat(SqlPiece.escapeQuestionMarks("doc ? '?' AND doc ?| a AND \"?\" ?? b -- ?"))
        .isEqualTo("doc ?? '?' AND doc ??| a AND \"?\" ?? b -- ?");
  }
}
