package dev.bbm.activities.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bbm.activities.OpenDatabase;
import dev.bbm.activities.batching.KeyColumn;
import dev.bbm.activities.batching.QualifiedTable;
import dev.bbm.activities.batching.SubBatchRange;
import dev.bbm.activities.database.OwnedDatabase;
import dev.bbm.activities.database.PostgresExtension;
import dev.bbm.activities.database.TestSession;
import dev.bbm.activities.job.JobArguments;
import dev.bbm.activities.job.JobStatement;
import dev.bbm.activities.job.SqlJobFile;
import dev.bbm.activities.ownership.OwnershipToken;
import dev.bbm.activities.topology.Database;
import dev.bbm.activities.topology.DatabaseSettings;
import dev.bbm.activities.topology.Secret;
import java.sql.SQLException;
import java.util.List;
import org.apache.ibatis.session.SqlSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A SQL job's sub-batch: gate, change, cursor and commit in one message. */
final class SubBatchTransactionTest {

  @RegisterExtension
  static final PostgresExtension postgres = new PostgresExtension(OwnedDatabase::install);

  private TestSession session;
  private Database database;
  private Lane lane;

  @BeforeEach
  void claimAJob() throws SQLException {
    session = new TestSession(postgres);
    session.script(
        """
        DROP TABLE IF EXISTS routes;
        DELETE FROM bbm.batched_background_migrations;
        DELETE FROM bbm.table_schemas;
        INSERT INTO bbm.table_schemas (table_name, gitlab_schema) VALUES ('routes', 'gitlab_main');
        CREATE TABLE routes (id bigint PRIMARY KEY, n integer NOT NULL DEFAULT 0);
        INSERT INTO routes SELECT generate_series(1, 100);
        """);
    lane =
        new Lane(
            session,
            session.number(
                "SELECT bbm.queue_batched_background_migration('Touch', 'routes', sub_batch_size => 10)"),
            0);
    assertThat(lane.claim("a#1")).isEqualTo("run");
    database =
        OpenDatabase.of(
            new DatabaseSettings(
                "main", postgres.url(), "", new Secret(""), List.of("gitlab_main"), true, true, 2),
            "bbm/test",
            List.of());
  }

  @AfterEach
  void end() throws SQLException {
    database.close();
    session.close();
  }

  @Test
  void changesTheRowsAndMovesTheCursorAtOnce() throws SQLException {
    assertThat(run("UPDATE routes SET n = n + 1 WHERE ${subBatch}", "a#1")).isEqualTo("[\"20\"]");

    assertThat(session.number("SELECT sum(n) FROM routes WHERE id <= 10")).isEqualTo(10);
    assertThat(session.number("SELECT sum(n) FROM routes")).isEqualTo(10);
    assertThat(lane.jobs("concat_ws(' ', cursor, updated_tuples)")).isEqualTo("[\"10\"] 10");
  }

  @Test
  void changesNothingWhenTheJobIsAnothers() throws SQLException {
    assertThatThrownBy(() -> run("UPDATE routes SET n = n + 1 WHERE ${subBatch}", "b#1"))
        .hasStackTraceContaining("is not claimed by this attempt (b#1) but by a#1");

    assertThat(session.number("SELECT sum(n) FROM routes")).isZero();
    assertThat(lane.jobs("cursor")).isEqualTo("[\"0\"]");
  }

  @Test
  void movesNoCursorWhenTheChangeFails() throws SQLException {
    assertThatThrownBy(() -> run("UPDATE routes SET n = 1 / (id - 5) WHERE ${subBatch}", "a#1"))
        .hasStackTraceContaining("division by zero");

    assertThat(session.number("SELECT sum(n) FROM routes")).isZero();
    assertThat(lane.jobs("concat_ws(' ', cursor, updated_tuples)")).isEqualTo("[\"0\"] 0");
  }

  @Test
  void endsAStatementThatTakesTooLong() throws SQLException {
    String limits = session.one("SELECT pg_get_functiondef('bbm.set_transaction_limits'::regproc)");
    session.script(limits.replace("'30s'", "'200ms'"));
    try {
      assertThatThrownBy(
              () -> run("UPDATE routes SET n = 1 WHERE ${subBatch} AND pg_sleep(2) IS NULL", "a#1"))
          .hasStackTraceContaining("statement timeout");
    } finally {
      session.script(limits);
    }
  }

  private @Nullable String run(String statement, String claim) throws SQLException {
    var job = SqlJobFile.parse("touch.sql", "-- job_class: Touch\n" + statement);
    var range =
        new SubBatchRange(
            List.of(KeyColumn.of("id", "bigint")), List.of(), List.of("10"), "routes", null);
    var bound =
        new BoundJob.Sql(
            new SliceKey(List.of(KeyColumn.of("id", "bigint")), "routes", null),
            "hash1",
            new JobStatement(
                database.myBatis(),
                job,
                QualifiedTable.of("public", "routes"),
                JobArguments.parse(job.definition(), "[]")));
    var token =
        new OwnershipToken(
            "gitlab_main", "main", 1, session.one("SELECT place FROM bbm.database_identity"));
    try (SqlSession open = database.transactions().open()) {
      return new SubBatchTransaction(open, bound, new ClaimedRange("", lane.job(), "[]"))
          .run(new OpenSubBatch(lane.job(), claim, "[\"0\"]", token), range, "[\"10\"]");
    }
  }
}
