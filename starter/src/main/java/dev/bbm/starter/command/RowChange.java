package dev.bbm.starter.command;

import dev.bbm.activities.migration.MigrationMapper;
import dev.bbm.starter.config.Surroundings;
import dev.bbm.workflows.failure.ExitCode;
import dev.bbm.workflows.migration.MigrationStatus;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Changes a migration's state in its row, and says what became of it. */
@Singleton
final class RowChange {

  /** Which migration, and why. */
  static final class Options {

    @Mixin private MigrationArgument argument;

    @Option(
        names = "--reason",
        paramLabel = "TEXT",
        description = "Shown by status, events and the Web UI.")
    private @Nullable String reason;
  }

  /** A function of schema bbm: whether it changed anything. */
  interface Change {
    boolean apply(
        MigrationMapper migrations, long number, @Nullable String reason, @Nullable String by);
  }

  /**
   * What people read.
   *
   * @param done after the id when the row was changed
   * @param already after the id when it was so before
   */
  record Words(MigrationStatus status, String done, String already) {}

  private final Databases databases;
  private final Surroundings surroundings;

  RowChange(Databases databases, Surroundings surroundings) {
    this.databases = databases;
    this.surroundings = surroundings;
  }

  int apply(Options options, Change change, Words words, OutputOptions output) {
    MigrationId migration = options.argument.find(databases);
    boolean changed =
        databases.change(
            migration.database(),
            session ->
                change.apply(
                    session.getMapper(MigrationMapper.class),
                    migration.number(),
                    options.reason,
                    surroundings.user()));
    output.print(
        new Outcome(migration.toString(), words.status(), changed),
        () -> "%s %s".formatted(migration, changed ? words.done() : words.already()));
    return ExitCode.DONE.code();
  }
}
