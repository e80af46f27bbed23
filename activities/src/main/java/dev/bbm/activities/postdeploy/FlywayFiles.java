package dev.bbm.activities.postdeploy;

import dev.bbm.workflows.failure.ApplicationException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.flywaydb.core.api.CoreMigrationType;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.executor.MigrationExecutor;
import org.flywaydb.core.api.resolver.MigrationResolver;
import org.flywaydb.core.api.resolver.ResolvedMigration;
import org.flywaydb.core.extensibility.MigrationType;
import org.flywaydb.core.internal.jdbc.Results;
import org.jspecify.annotations.Nullable;

/**
 * Tells Flyway which files there are: those that are done here, of either folder, and those that
 * shall be done now.
 */
record FlywayFiles(List<HistoryRow> done, Map<MigrationFile, FlywayFiles.Doing> next)
    implements MigrationResolver {

  /** What doing a file means here: running it, or marking it. */
  interface Doing {

    /** Whether it and the history's row are one transaction. */
    boolean isOneTransaction();

    void on(Connection connection) throws SQLException;
  }

  /** For a file that is done: Flyway never asks. */
  private enum Done implements Doing {
    DONE;

    @Override
    public boolean isOneTransaction() {
      return true;
    }

    @Override
    public void on(Connection connection) {
      throw new IllegalStateException("a file that is done was to run again");
    }
  }

  @Override
  public Collection<ResolvedMigration> resolveMigrations(MigrationResolver.Context context) {
    return Stream.concat(
            done.stream().map(Resolved::of),
            next.entrySet().stream().map(it -> Resolved.of(it.getKey(), it.getValue())))
        .<ResolvedMigration>map(resolved -> resolved)
        .toList();
  }

  /**
   * What is done looks to Flyway as it did then: whether its file may have changed since was
   * decided before.
   */
  private record Resolved(
      String version, String description, String script, @Nullable Integer checksum, Doing doing)
      implements ResolvedMigration {

    static Resolved of(HistoryRow row) {
      return new Resolved(
          row.version(), row.description(), row.script(), row.checksum(), Done.DONE);
    }

    static Resolved of(MigrationFile file, Doing doing) {
      return new Resolved(
          file.version(), file.description(), file.script(), file.checksum(), doing);
    }

    @Override
    public MigrationVersion getVersion() {
      return MigrationVersion.fromVersion(version);
    }

    @Override
    public String getDescription() {
      return description;
    }

    @Override
    public String getScript() {
      return script;
    }

    @Override
    public @Nullable Integer getChecksum() {
      return checksum;
    }

    @Override
    public MigrationType getType() {
      return CoreMigrationType.SQL;
    }

    @Override
    public String getPhysicalLocation() {
      return script;
    }

    @Override
    public MigrationExecutor getExecutor() {
      return new Executor(doing);
    }

    @Override
    public boolean checksumMatches(@Nullable Integer applied) {
      return Objects.equals(checksum, applied);
    }

    @Override
    public boolean checksumMatchesWithoutBeingIdentical(@Nullable Integer applied) {
      return false;
    }
  }

  private record Executor(Doing doing) implements MigrationExecutor {

    @Override
    public List<Results> execute(org.flywaydb.core.api.executor.Context context)
        throws SQLException {
      doing.on(context.getConnection());
      return List.of();
    }

    @Override
    public boolean canExecuteInTransaction() {
      return doing.isOneTransaction();
    }

    @Override
    public boolean shouldExecute() {
      return true;
    }
  }

  /** The failure that ended a file, which Flyway may have wrapped. */
  static RuntimeException unwrapped(RuntimeException thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof ApplicationException known) {
        return known;
      }
    }
    return thrown;
  }
}
