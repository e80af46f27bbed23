package dev.bbm.activities.postdeploy;

import dev.bbm.activities.failure.SqlStates;
import dev.bbm.activities.topology.Database;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.ArrayList;
import java.util.List;

/** One file on one connection: its statements in order, each under the guard. */
final class FileRun {

  private final Database database;
  private final MigrationScript script;
  private final Connection connection;
  private final List<DeployEvent> events = new ArrayList<>();

  FileRun(Database database, MigrationScript script, Connection connection) {
    this.database = database;
    this.script = script;
    this.connection = connection;
  }

  /**
   * Runs it, in the connection's transaction unless the header disables that; returns what to tell
   * once it is committed.
   */
  List<DeployEvent> run() throws SQLException {
    var mapper = database.session(connection).getMapper(PostDeployMapper.class);
    requireCounters(mapper);
    mapper.resetSearchPath();
    long last = mapper.lastMigration();
    if (script.header().disableDdlTransaction()) {
      runEachByItself(mapper);
    } else {
      runGuarded(mapper, script.statements());
    }
    mapper
        .listQueuedAfter(last)
        .forEach(
            it -> events.add(new DeployEvent.Queued(database.name(), it.id(), it.status().word())));
    return events;
  }

  private void requireCounters(PostDeployMapper mapper) {
    if (!mapper.countsTransactions()) {
      throw ApplicationException.of(
          ErrorCode.UNSUPPORTED_SERVER,
          "database \"%s\" has track_counts off, so what a file touches cannot be checked"
              .formatted(database.name()),
          "ALTER SYSTEM SET track_counts = on");
    }
  }

  private void runGuarded(PostDeployMapper mapper, List<Statement> statements) {
    String schema = script.gitlabSchema();
    if (schema != null && !schema.equals("gitlab_internal")) {
      mapper.passGate(schema);
    }
    var guard = new StatementGuard(mapper, script);
    for (Statement statement : statements) {
      execute(statement);
      guard.check(statement);
    }
    if (!statements.isEmpty()) {
      mapper.fireDeferredTriggers();
      guard.check(statements.getLast());
    }
  }

  /**
   * Each in a transaction of its own, in which it is guarded; what PostgreSQL refuses there, alone.
   */
  private void runEachByItself(PostDeployMapper mapper) throws SQLException {
    for (Statement statement : script.statements()) {
      if (statement.runsOnlyOutsideTransactions()) {
        execute(statement);
      } else {
        connection.setAutoCommit(false);
        try {
          runGuarded(mapper, List.of(statement));
          connection.commit();
        } finally {
          connection.rollback();
          connection.setAutoCommit(true);
        }
      }
    }
  }

  private void execute(Statement statement) {
    try (var jdbc = connection.createStatement()) {
      jdbc.setEscapeProcessing(false);
      jdbc.execute(statement.text());
      for (SQLWarning notice = jdbc.getWarnings();
          notice != null;
          notice = notice.getNextWarning()) {
        events.add(new DeployEvent.Noticed(database.name(), String.valueOf(notice.getMessage())));
      }
    } catch (SQLException failed) {
      throw explained(statement, failed);
    }
  }

  private ApplicationException explained(Statement statement, SQLException failed) {
    var known = SqlStates.translate(database.name(), new IllegalStateException(failed));
    String hint = known.hint().orElse(null);
    if ("25001".equals(failed.getSQLState())) {
      hint = "write \"-- disable_ddl_transaction: true\" at the top of the file";
    } else if ("2D000".equals(failed.getSQLState())) {
      hint = "queue a batched migration instead of committing in a loop";
    } else if (script.header().disableDdlTransaction()) {
      hint = hint == null ? retryHint() : hint + "; " + retryHint();
    }
    return ApplicationException.of(
        known.code(),
        "%s, %s in database \"%s\": %s"
            .formatted(
                script.file().shown(), statement.shown(), database.name(), known.getMessage()),
        hint,
        failed.getSQLState(),
        failed);
  }

  private String retryHint() {
    List<String> invalid =
        database
            .transactions()
            .reading(session -> session.getMapper(PostDeployMapper.class).listInvalidIndexes());
    String again = "./bbm migrate runs the whole file again";
    return invalid.isEmpty()
        ? again
        : "DROP INDEX CONCURRENTLY %s, which is invalid; %s"
            .formatted(String.join(", ", invalid), again);
  }
}
