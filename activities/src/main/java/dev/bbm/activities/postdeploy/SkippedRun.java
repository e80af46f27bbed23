package dev.bbm.activities.postdeploy;

import dev.bbm.activities.failure.SqlStates;
import dev.bbm.activities.topology.Database;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Runs a file that was skipped when it was its turn; the history has it already. */
record SkippedRun(Database database, MigrationScript script, Finalization finalization) {

  /** Returns what to tell. */
  List<DeployEvent> run() {
    var work = new Work.Running(database, script, finalization);
    work.finalizeFirst();
    try (Connection connection = database.direct().getConnection()) {
      connection.setAutoCommit(!work.isOneTransaction());
      // First, so that a second process waits for its row and then finds it done.
      if (work.isOneTransaction()) {
        unskip(connection);
      }
      List<DeployEvent> events = work.perform(connection);
      if (work.isOneTransaction()) {
        connection.commit();
      } else {
        unskip(connection);
      }
      return events;
    } catch (SQLException failed) {
      throw SqlStates.translate(database.name(), new IllegalStateException(failed));
    } catch (RuntimeException failed) {
      throw SqlStates.translate(database.name(), failed);
    }
  }

  private void unskip(Connection connection) {
    int changed =
        database
            .session(connection)
            .getMapper(PostDeployMapper.class)
            .unskip(script.file().version());
    if (changed != 1) {
      throw ApplicationException.of(
          ErrorCode.ILLEGAL_TRANSITION,
          "another process has run %s in database \"%s\""
              .formatted(script.file().shown(), database.name()),
          "./bbm migrate --status");
    }
  }
}
