package dev.bbm.activities.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bbm.activities.batching.KeyColumn;
import dev.bbm.activities.batching.QualifiedTable;
import dev.bbm.activities.batching.SubBatchRange;
import dev.bbm.activities.database.PostgresExtension;
import java.sql.SQLException;
import java.util.List;
import org.apache.ibatis.session.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A SQL job class's statement, as it is sent to PostgreSQL. */
final class JobStatementTest {

  private static final QualifiedTable ITEMS = QualifiedTable.of("public", "items");

  @RegisterExtension static final PostgresExtension postgres = new PostgresExtension();

  private JobRuns runs;

  @BeforeEach
  void createItems() {
    postgres.execute(
        "DROP TABLE IF EXISTS items",
        "CREATE TABLE items (id bigint PRIMARY KEY, n bigint NOT NULL DEFAULT 0, doc jsonb, label text, rate numeric, flag boolean)",
        "INSERT INTO items (id, doc) SELECT i, '{\"a\": 1}' FROM generate_series(1, 100) AS i");
    runs = new JobRuns(postgres);
  }

  @Test
  void changesExactlyTheRangeAndCountsIt() throws SQLException {
    var statement = statement("", "UPDATE items SET n = n + 1 WHERE ${subBatch}", "[]");

    assertThat(runs.run(statement.over(range(10, 40)))).isEqualTo(30);
    assertThat(runs.run(statement.over(range(40, 41)))).isEqualTo(1);

    assertThat(runs.count("SELECT count(*) FROM items WHERE n = 1 AND id > 10 AND id <= 41"))
        .isEqualTo(31);
    assertThat(runs.count("SELECT sum(n) FROM items")).isEqualTo(31);
  }

  @Test
  void beginsBeforeTheFirstKey() throws SQLException {
    var statement = statement("", "UPDATE items SET n = n + 1 WHERE ${subBatch}", "[]");

    assertThat(runs.run(statement.over(rangeFrom(List.of(), 7)))).isEqualTo(7);
    assertThat(runs.run(statement.over(range(7, 8)))).isEqualTo(1);
  }

  @Test
  void keepsQuestionMarksThatAreNoValues() throws SQLException {
    var statement =
        statement(
            "-- arguments: mark text",
            """
            UPDATE items AS "items" -- why?
               SET label = 'a ? ' || #{mark} || $$ ?? $$
             WHERE ${subBatch} AND doc ? 'a' AND doc ?| ARRAY['a'] AND doc ?? 'a' AND 'b?' <> #{mark}
            """,
            "[\"why?\"]");

    assertThat(runs.run(statement.over(range(0, 5)))).isEqualTo(5);
    assertThat(runs.count("SELECT count(*) FROM items WHERE label = 'a ? why? ?? '")).isEqualTo(5);
  }

  @Test
  void passesValuesOfEveryType() throws SQLException {
    var statement =
        statement(
            "-- arguments: words text, step integer, on boolean, rate numeric, extra json",
            """
            UPDATE items
               SET label = #{words}, n = n + #{step}, flag = #{on}, rate = #{rate}, doc = doc || #{extra}
             WHERE ${subBatch}
            """,
            "[\"o'clock\", 999999999999999999, true, 0.10000000000000000001, {\"b\": [1, null]}]");

    assertThat(runs.run(statement.over(range(0, 1)))).isEqualTo(1);
    assertThat(
            runs.count(
                """
                SELECT count(*)
                  FROM items
                 WHERE label = 'o''clock' AND n = 999999999999999999 AND flag AND rate = 0.10000000000000000001
                   AND doc = '{"a": 1, "b": [1, null]}'
                """))
        .isEqualTo(1);
  }

  private static JobStatement statement(String header, String sql, String arguments) {
    var job = SqlJobFile.parse("job.sql", "-- job_class: Job\n" + header + "\n" + sql);
    return new JobStatement(
        new Configuration(), job, ITEMS, JobArguments.parse(job.definition(), arguments));
  }

  private static SubBatchRange range(long after, long through) {
    return rangeFrom(List.of(Long.toString(after)), through);
  }

  private static SubBatchRange rangeFrom(List<String> after, long through) {
    return new SubBatchRange(
        List.of(KeyColumn.of("id", "bigint")),
        after,
        List.of(Long.toString(through)),
        "items",
        null);
  }
}
