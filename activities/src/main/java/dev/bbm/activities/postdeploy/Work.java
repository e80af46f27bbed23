package dev.bbm.activities.postdeploy;

import dev.bbm.activities.topology.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What shall be done with a pending file in one database. */
sealed interface Work {

  MigrationScript script();

  /** What its header wants finished beforehand. */
  void finalizeFirst();

  /** Does it, and returns what to tell when it is committed. */
  List<DeployEvent> perform(Connection connection) throws SQLException;

  /** Whether it and the history's row are one transaction. */
  boolean isOneTransaction();

  /** What to tell when performing it has thrown. */
  DeployEvent failed();

  /** Runs the file. */
  record Running(Database database, MigrationScript script, Finalization finalization)
      implements Work {

    @Override
    public void finalizeFirst() {
      script.header().ensureFinished().forEach(finalization::ensure);
    }

    @Override
    public boolean isOneTransaction() {
      return !script.header().disableDdlTransaction();
    }

    @Override
    public DeployEvent failed() {
      return new DeployEvent.Failed(database.name(), script.file().script(), isOneTransaction());
    }

    @Override
    public List<DeployEvent> perform(Connection connection) throws SQLException {
      long begin = System.nanoTime();
      List<DeployEvent> said = new FileRun(database, script, connection).run();
      var events = new ArrayList<DeployEvent>();
      events.add(
          new DeployEvent.Ran(
              database.name(),
              script.file().script(),
              Duration.ofNanos(System.nanoTime() - begin)));
      events.addAll(said);
      return events;
    }
  }

  /**
   * Marks the file as run without running it.
   *
   * @param supersededBy null when its schema does not live there
   */
  record Marking(Database database, MigrationScript script, @Nullable String supersededBy)
      implements Work {

    @Override
    public void finalizeFirst() {}

    @Override
    public boolean isOneTransaction() {
      return true;
    }

    @Override
    public DeployEvent failed() {
      return new DeployEvent.Failed(database.name(), script.file().script(), true);
    }

    @Override
    public List<DeployEvent> perform(Connection connection) {
      MigrationFile file = script.file();
      String schema = supersededBy == null ? script.gitlabSchema() : null;
      database
          .session(connection)
          .getMapper(PostDeployMapper.class)
          .skip(file.version(), schema, supersededBy);
      return List.of(
          schema == null
              ? new DeployEvent.Superseded(
                  database.name(), file.script(), String.valueOf(supersededBy))
              : new DeployEvent.Skipped(database.name(), file.version(), file.script(), schema));
    }
  }
}
