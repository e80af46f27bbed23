package dev.bbm.starter.command;

import dev.bbm.activities.migration.MigrationMapper;
import dev.bbm.workflows.migration.MigrationStatus;
import io.micronaut.context.annotation.Prototype;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Resumes a migration in its row; a failed one starts again with all attempts given back. */
@Prototype
@Command(
    name = "resume",
    description = "Resume a paused or failed migration.",
    footer = {"", "Changes the migration's row: binds while Temporal and all workers are down."},
    exitCodeList = {
      "0:done, or it was active already",
      "2:no such migration or database",
      "3:refused: its state does not allow it",
      "69:its database does not answer"
    })
final class ResumeCommand implements Callable<Integer> {

  private static final RowChange.Words WORDS =
      new RowChange.Words(MigrationStatus.ACTIVE, "resumed", "was active already");

  @Mixin private RowChange.Options options;
  @Mixin private OutputOptions output;

  private final RowChange row;

  ResumeCommand(RowChange row) {
    this.row = row;
  }

  @Override
  public Integer call() {
    return row.apply(options, MigrationMapper::resume, WORDS, output);
  }
}
