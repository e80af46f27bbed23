package dev.bbm.activities.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bbm.activities.batching.KeyColumn;
import dev.bbm.activities.batching.QualifiedTable;
import dev.bbm.activities.batching.SubBatchRange;
import dev.bbm.activities.database.PostgresExtension;
import dev.bbm.activities.database.RoundTrips;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.apache.ibatis.session.SqlSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A SQL job class against PostgreSQL, with a gate in its own round trip. */
final class JobStatementTest {

  private static final String GATE = "CALL pass(#{gate}::text);\n";
  private static final QualifiedTable ITEMS = QualifiedTable.of("public", "items");

  private static final SqlJobClass INCREMENT =
      SqlJobFile.parse(
          "increment.sql",
          """
          -- job_class: Increment
          UPDATE items SET n = n + 1 WHERE ${subBatch}
          """);

  @RegisterExtension static final PostgresExtension postgres = new PostgresExtension();

  @BeforeEach
  void createItems() {
    postgres.execute(
        "DROP TABLE IF EXISTS items",
        "CREATE TABLE items (id bigint PRIMARY KEY, n bigint NOT NULL DEFAULT 0, doc jsonb, label text)",
        "INSERT INTO items (id) SELECT generate_series(1, 100)",
        """
        CREATE OR REPLACE PROCEDURE pass(gate text) LANGUAGE plpgsql AS
        $$ BEGIN
          IF gate <> 'open' THEN RAISE EXCEPTION 'the gate is %', gate; END IF;
        END $$
        """);
  }

  @Test
  void answersTheRowsOfTheJobsOwnStatement() {
    try (SqlSession session = session()) {
      JobStatement statement = increment(session);

      assertThat(statement.execute(session, parameters("open", 10, 40))).isEqualTo(30);
    }
  }

  @Test
  void changesExactlyTheRange() throws SQLException {
    try (SqlSession session = session()) {
      increment(session).execute(session, parameters("open", 10, 40));
      session.commit(true);
    }

    assertThat(count("SELECT count(*) FROM items WHERE n = 1 AND id > 10 AND id <= 40"))
        .isEqualTo(30);
    assertThat(count("SELECT sum(n) FROM items")).isEqualTo(30);
  }

  @Test
  void doesNotReachTheJobWhenTheGateRaises() throws SQLException {
    try (SqlSession session = session()) {
      JobStatement statement = increment(session);

      assertThatThrownBy(() -> statement.execute(session, parameters("shut", 10, 40)))
          .rootCause()
          .hasMessageContaining("the gate is shut");
      assertThatThrownBy(() -> session.getConnection().createStatement().execute("SELECT 1"))
          .hasMessageContaining("current transaction is aborted");
    }

    assertThat(count("SELECT sum(n) FROM items")).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "&preferQueryMode=extended&prepareThreshold=0"})
  void takesOneRoundTripForBeginGateAndChange(String options) throws Exception {
    try (var roundTrips = new RoundTrips(postgres);
        SqlSession session = new JobSessions(roundTrips.url() + options).open()) {
      JobStatement statement = increment(session);
      statement.execute(session, parameters("open", 0, 1));
      session.commit(true);

      for (int n = 1; n < 20; n++) {
        long after = n;
        assertThat(
                roundTrips.during(
                    () -> statement.execute(session, parameters("open", after, after + 1))))
            .isEqualTo(1);
        assertThat(roundTrips.during(() -> session.commit(true))).isEqualTo(1);
      }
    }

    assertThat(count("SELECT sum(n) FROM items")).isEqualTo(20);
  }

  @Test
  void isPreparedOnTheServerAfterAFewExecutions() throws SQLException {
    try (SqlSession session = session()) {
      JobStatement statement = increment(session);
      for (int n = 0; n < 10; n++) {
        statement.execute(session, parameters("open", n, n + 1));
        session.commit(true);
      }

      try (var rows =
          session
              .getConnection()
              .createStatement()
              .executeQuery(
                  """
                  SELECT count(*) FILTER (WHERE statement LIKE 'CALL pass%'),
                         count(*) FILTER (WHERE statement LIKE '%UPDATE items%')
                    FROM pg_prepared_statements
                  """)) {
        rows.next();
        assertThat(rows.getInt(1)).isEqualTo(1);
        assertThat(rows.getInt(2)).isEqualTo(1);
      }
    }
  }

  private SqlSession session() {
    return new JobSessions(postgres.url()).open();
  }

  private static JobStatement increment(SqlSession session) {
    return JobStatement.register(session.getConfiguration(), INCREMENT, GATE);
  }

  private static Map<String, Object> parameters(String gate, long after, long through) {
    var range =
        new SubBatchRange(
            List.of(KeyColumn.of("id", "bigint")),
            List.of(Long.toString(after)),
            List.of(Long.toString(through)),
            "items",
            null);
    Map<String, Object> parameters =
        JobStatement.parameters(ITEMS, range, JobArguments.parse(INCREMENT.definition(), "[]"));
    parameters.put("gate", gate);
    return parameters;
  }

  private static long count(String sql) throws SQLException {
    try (var connection = postgres.dataSource().getConnection();
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
