package dev.bbm.activities.postdeploy;

import dev.bbm.activities.migration.InlineFinalization;
import dev.bbm.activities.topology.Database;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/** The files of db/migrate and db/post_migrate in one database. */
public final class Deployment {

  private final Database database;
  private final MigrationFiles files;
  private final Set<String> schemas;
  private final Finalization finalization;
  private final Consumer<DeployEvent> events;

  /**
   * Connects to nothing yet.
   *
   * @param schemas every gitlab_schema that a header may name
   */
  public Deployment(
      Database database,
      MigrationFiles files,
      Set<String> schemas,
      InlineFinalization finalization,
      Consumer<DeployEvent> events) {
    this.database = database;
    this.files = files;
    this.schemas = Set.copyOf(schemas);
    this.finalization = new Finalization(database, finalization, events);
    this.events = events;
  }

  /** The configured name. */
  public String name() {
    return database.name();
  }

  /** Where each file stands, oldest version first. */
  public List<FileState> states() {
    return history().states();
  }

  /**
   * Throws what shows before anything runs: a failover under way, a file that was changed after it
   * was done, and whatever the text of a pending file betrays.
   */
  public void check(boolean postDeploy) {
    ask(PostDeployMapper::findUndecidedFailover)
        .ifPresent(id -> {
          throw ApplicationException.of(
              ErrorCode.OWNERSHIP_LOST,
              "a failover is under way in database \"%s\": no file runs before it is decided"
                  .formatted(name()),
              "./bbm failover resume");
        });
    History history = history();
    history.requireUnchanged();
    history.pending(postDeploy).stream()
        .map(MigrationFile::parse)
        .forEach(script -> script.check(schemas, files.versions()));
  }

  /** Runs or skips what is pending, oldest version first; returns how many files that were. */
  public int run(boolean postDeploy) {
    var pending =
        new ArrayList<>(history().pending(postDeploy).stream().map(MigrationFile::parse).toList());
    int all = pending.size();
    while (!pending.isEmpty()) {
      List<Work> batch = nextBatch(pending);
      batch.getFirst().finalizeFirst();
      runUnlessDone(batch);
    }
    return all;
  }

  /** Another process may have done some of them since they were found pending. */
  private void runUnlessDone(List<Work> batch) {
    History now = history();
    List<Work> left =
        batch.stream().filter(work -> now.find(work.script().file().version()).isEmpty()).toList();
    if (!left.isEmpty()) {
      new FlywayRun(database, now.rows(), events).run(left);
    }
  }

  /**
   * As many as one call of Flyway may do: batched migrations are finalized between two calls, while
   * no lock is held.
   */
  private List<Work> nextBatch(List<MigrationScript> pending) {
    var batch = new ArrayList<Work>();
    do {
      batch.add(work(pending.removeFirst()));
    } while (!pending.isEmpty() && pending.getFirst().header().ensureFinished().isEmpty());
    return batch;
  }

  private Work work(MigrationScript script) {
    String superseding = script.header().supersededBy();
    if (superseding != null) {
      return new Work.Marking(database, script, superseding);
    }
    return livesHere(script)
        ? new Work.Running(database, script, finalization)
        : new Work.Marking(database, script, null);
  }

  private boolean livesHere(MigrationScript script) {
    String schema = script.gitlabSchema();
    return schema == null || ask(mapper -> mapper.livesHere(schema));
  }

  /** Whether the version was skipped here, and its schema lives here now. */
  public boolean canRunSkipped(String version) {
    return isSkipped(version) && livesHere(script(version));
  }

  /** Whether the version was skipped here and has not run since. */
  public boolean isSkipped(String version) {
    return history().find(version).filter(HistoryRow::isSkipped).isPresent();
  }

  /** Runs a file that was skipped here. */
  public void runSkipped(String version) {
    check(false);
    MigrationScript script = script(version);
    script.check(schemas, files.versions());
    new SkippedRun(database, script, finalization).run().forEach(events);
  }

  private MigrationScript script(String version) {
    return files
        .find(version)
        .orElseThrow(() ->
            ApplicationException.of(
                ErrorCode.INVALID_OPTION,
                "there is no file of version %s".formatted(version),
                "./bbm migrate --status"))
        .parse();
  }

  private History history() {
    return new History(name(), files, ask(PostDeployMapper::listHistory));
  }

  private <T> T ask(Function<PostDeployMapper, T> question) {
    return database
        .transactions()
        .reading(session -> question.apply(session.getMapper(PostDeployMapper.class)));
  }
}
