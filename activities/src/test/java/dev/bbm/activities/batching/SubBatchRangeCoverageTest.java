package dev.bbm.activities.batching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bbm.activities.database.PostgresExtension;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.apache.ibatis.datasource.unpooled.UnpooledDataSource;
import org.apache.ibatis.mapping.Environment;
import org.apache.ibatis.session.Configuration;
import org.apache.ibatis.session.SqlSession;
import org.apache.ibatis.session.SqlSessionFactoryBuilder;
import org.apache.ibatis.transaction.jdbc.JdbcTransactionFactory;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Consecutive ranges change every row exactly once, whatever the key. */
final class SubBatchRangeCoverageTest {

  private static final int ROWS = 2_000;
  private static final QualifiedTable WALKED = QualifiedTable.of("public", "wal\"ked; DROP");

  @RegisterExtension static final PostgresExtension postgres = new PostgresExtension();

  /** A key, and the expressions that fill its columns from i = 1 … 2,000. */
  record Walk(String name, List<String> types, List<String> columns, List<String> expressions) {

    List<KeyColumn> key() {
      var key = new ArrayList<KeyColumn>();
      for (int n = 0; n < types.size(); n++) {
        key.add(KeyColumn.of("k\"" + n, types.get(n)));
      }
      return key;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static List<Walk> walks() {
    return List.of(
        walk("negative bigint", "bigint", "(i - 1000) * 4611686018427387"),
        walk("smallint", "smallint", "i - 1000"),
        walk("integer with gaps", "integer", "i * 1000 - 1000000 + i % 7"),
        walk("uuid", "uuid", "md5(i::text)::uuid"),
        walk("text", "text", ODD_TEXT),
        walked("text in the C collation", "text", "text COLLATE \"C\"", ODD_TEXT),
        walked("text in ICU's root collation", "text", "text COLLATE \"und-x-icu\"", ODD_TEXT),
        walk("varchar", "character varying", ODD_TEXT),
        walk(
            "timestamptz with microseconds, over the change of summer time",
            "timestamp with time zone",
            "timestamptz '2026-04-04 13:00:00.000001Z' + i * interval '7.000001 seconds'"),
        walk(
            "timestamp before Christ and at infinity",
            "timestamp without time zone",
            "CASE i WHEN 1 THEN '-infinity' WHEN 2 THEN 'infinity'"
                + " ELSE timestamp '0002-01-01 BC' + i * interval '1 day 0.000003 seconds' END"),
        walk("date", "date", "date '1999-12-31' + i"),
        new Walk(
            "bigint and uuid",
            List.of("bigint", "uuid"),
            List.of("bigint", "uuid"),
            List.of("i % 5 - 2", "md5(i::text)::uuid")),
        new Walk(
            "text, timestamptz and integer",
            List.of("text", "timestamp with time zone", "integer"),
            List.of("text", "timestamptz", "integer"),
            List.of(
                "chr(97 + i % 3) || 'é'",
                "timestamptz '2026-09-26 13:59:59.5Z' + i % 11 * interval '0.1 seconds'", "i")));
  }

  private static final String ODD_TEXT =
      "(ARRAY['a', 'A', 'ä', 'Z', '''', '\"', '\\', '#{x}', '?', ' ', 'ß', '😀', '-'])[1 + i % 13]"
          + " || i || (ARRAY['', ' ', 'é', E'e\\u0301'])[1 + i % 4]";

  private static Walk walk(String name, String type, String expression) {
    return walked(name, type, type, expression);
  }

  private static Walk walked(String name, String type, String column, String expression) {
    return new Walk(name, List.of(type), List.of(column), List.of(expression));
  }

  @ParameterizedTest
  @MethodSource("walks")
  void changesEveryRowExactlyOnce(Walk walk) throws SQLException {
    long seed = new Random().nextLong();
    create(walk);

    try (SqlSession session = session()) {
      var mapper = session.getMapper(WalkMapper.class);
      int changed = walk(walk, keysInOrder(walk), mapper, new Random(seed));

      assertThat(changed).as("seed %d", seed).isEqualTo(ROWS);
      assertThat(mapper.countNotExactlyOnce(WALKED)).as("seed %d", seed).isZero();
    }
  }

  private static int walk(Walk walk, List<List<String>> keys, WalkMapper mapper, Random random) {
    List<String> after = List.of();
    int changed = 0;
    int row = -1;
    while (row < ROWS - 1) {
      row = Math.min(ROWS - 1, row + 1 + random.nextInt(300));
      List<String> through = keys.get(row);
      String alias = WALKED.name().value();
      changed += mapper.change(WALKED, new SubBatchRange(walk.key(), after, through, alias, null));
      after = through;
    }
    return changed;
  }

  /** As bbm.next_bound writes them. */
  private static List<List<String>> keysInOrder(Walk walk) throws SQLException {
    List<String> names = walk.key().stream().map(column -> column.name().toString()).toList();
    String texts =
        names.stream()
            .map(name -> "to_jsonb(" + name + ") #>> '{}'")
            .collect(Collectors.joining(", "));
    var keys = new ArrayList<List<String>>();
    try (var connection = postgres.dataSource().getConnection();
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT ARRAY[%s] FROM %s ORDER BY %s"
                    .formatted(texts, WALKED, String.join(", ", names)))) {
      while (rows.next()) {
        keys.add(List.of((String[]) rows.getArray(1).getArray()));
      }
    }
    return keys;
  }

  private static void create(Walk walk) {
    var columns = new ArrayList<String>();
    var names = new ArrayList<String>();
    for (int n = 0; n < walk.columns().size(); n++) {
      String name = walk.key().get(n).name().toString();
      columns.add(name + " " + walk.columns().get(n));
      names.add(name);
    }
    postgres.execute(
        "DROP TABLE IF EXISTS " + WALKED,
        "CREATE TABLE %s (%s, n integer NOT NULL DEFAULT 0, PRIMARY KEY (%s))"
            .formatted(WALKED, String.join(", ", columns), String.join(", ", names)),
        "INSERT INTO %s SELECT %s FROM generate_series(1, %d) AS i"
            .formatted(WALKED, String.join(", ", walk.expressions()), ROWS));
  }

  private static SqlSession session() {
    var dataSource = new UnpooledDataSource("org.postgresql.Driver", postgres.url(), null, null);
    var configuration =
        new Configuration(new Environment("test", new JdbcTransactionFactory(), dataSource));
    configuration.addMapper(WalkMapper.class);
    return new SqlSessionFactoryBuilder().build(configuration).openSession();
  }
}
