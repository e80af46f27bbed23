package dev.bbm.starter.command;

import dev.bbm.activities.migration.MigrationMapper;
import dev.bbm.workflows.migration.MigrationStatus;
import io.micronaut.context.annotation.Prototype;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Pauses a migration in its row; every worker obeys at its next sub-batch. */
@Prototype
@Command(
    name = "pause",
    description = "Pause a migration; the sub-batch under way ends first.",
    footer = {"", "Changes the migration's row: binds while Temporal and all workers are down."},
    exitCodeList = {
      "0:done, or it was paused already",
      "2:no such migration or database",
      "3:refused: its state does not allow it",
      "69:its database does not answer"
    })
final class PauseCommand implements Callable<Integer> {

  private static final RowChange.Words WORDS =
      new RowChange.Words(MigrationStatus.PAUSED, "paused", "was paused already");

  @Mixin private RowChange.Options options;
  @Mixin private OutputOptions output;

  private final RowChange row;

  PauseCommand(RowChange row) {
    this.row = row;
  }

  @Override
  public Integer call() {
    return row.apply(options, MigrationMapper::pause, WORDS, output);
  }
}
