package dev.bbm.starter.trial;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The queries of GitLab's guides, as they stand there, on the rows of a migration that failed. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
final class GuideQueriesIT {

  /** "Viewing failure error logs"; there CLASS_NAME stands in double quotes. */
  private static final String FAILURES =
      """
      SELECT migration.id, migration.job_class_name, transition_logs.exception_class, transition_logs.exception_message
      FROM batched_background_migrations as migration
      INNER JOIN batched_background_migration_jobs as jobs
      ON jobs.batched_background_migration_id = migration.id
      INNER JOIN batched_background_migration_job_transition_logs as transition_logs
      ON transition_logs.batched_background_migration_job_id = jobs.id
      WHERE transition_logs.next_status = '2' AND migration.job_class_name = 'DivideByIdLessFive';
      """;

  /** "Check for pending database background migrations" of the upgrade guide. */
  private static final String UNFINISHED =
      """
      SELECT
        job_class_name,
        table_name,
        column_name,
        job_arguments
      FROM batched_background_migrations
      WHERE status NOT IN(3, 6);
      """;

  @Test
  void findTheFailuresAndWhatIsNotFinished(@TempDir Path folder) throws Exception {
    try (Trial trial = Trial.inJvm(folder)) {
      trial.execute(
          "CREATE TABLE items AS SELECT i::bigint AS id, 0 AS n FROM generate_series(1, 9) AS i");
      trial.execute("ALTER TABLE items ADD PRIMARY KEY (id)");
      trial.writeJobClass(
          "DivideByIdLessFive", "UPDATE items SET n = 1 / (id - 5) WHERE ${subBatch}");
      trial.install("items");
      trial.execute("SELECT bbm.queue_batched_background_migration('DivideByIdLessFive', 'items')");
      trial.startWorker(trial.jdbcUrl());
      while (!trial.query("SELECT status FROM bbm.batched_background_migrations").equals("4")) {
        LockSupport.parkNanos(50_000_000);
      }

      List<String> failures = rows(trial, FAILURES);

      assertThat(failures)
          .hasSize(3)
          .containsOnly("1 | DivideByIdLessFive | SQL_ERROR | division by zero");
      assertThat(rows(trial, UNFINISHED)).containsExactly("DivideByIdLessFive | items | id | []");
    }
  }

  private static List<String> rows(Trial trial, String query) throws SQLException {
    try (var connection = DriverManager.getConnection(trial.jdbcUrl());
        var statement = connection.createStatement()) {
      statement.execute("SET search_path TO bbm");
      try (var rows = statement.executeQuery(query)) {
        var found = new ArrayList<String>();
        while (rows.next()) {
          var cells = new ArrayList<String>();
          for (int n = 1; n <= rows.getMetaData().getColumnCount(); n++) {
            cells.add(String.valueOf(rows.getString(n)).replaceAll("\\s+", " "));
          }
          found.add(String.join(" | ", cells));
        }
        return found;
      }
    }
  }
}
