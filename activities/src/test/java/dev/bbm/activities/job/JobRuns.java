package dev.bbm.activities.job;

import dev.bbm.activities.database.PostgresExtension;
import java.sql.SQLException;

/** Runs job statements as bbm.change_sub_batch does, in a database without schema bbm. */
final class JobRuns {

  private final PostgresExtension postgres;

  JobRuns(PostgresExtension postgres) {
    this.postgres = postgres;
    postgres.execute(
        """
        CREATE OR REPLACE FUNCTION run_statement(statement text, vals text[]) RETURNS bigint LANGUAGE plpgsql AS
        $$
        DECLARE
            changed bigint;
        BEGIN
            EXECUTE statement USING vals;
            GET DIAGNOSTICS changed = ROW_COUNT;
            RETURN changed;
        END
        $$
        """);
  }

  /** Commits; the rows changed. */
  long run(JobStatement.Bound bound) throws SQLException {
    try (var connection = postgres.dataSource().getConnection();
        var call = connection.prepareStatement("SELECT run_statement(?, ?)")) {
      call.setString(1, bound.text());
      call.setArray(2, connection.createArrayOf("text", bound.values().toArray()));
      try (var rows = call.executeQuery()) {
        rows.next();
        return rows.getLong(1);
      }
    }
  }

  /** The one number that a query answers. */
  long count(String sql) throws SQLException {
    try (var connection = postgres.dataSource().getConnection();
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
