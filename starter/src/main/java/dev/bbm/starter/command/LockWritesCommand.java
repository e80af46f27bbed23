package dev.bbm.starter.command;

import dev.bbm.activities.ownership.WriteLocks;
import io.micronaut.context.annotation.Prototype;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Locks the tables of each database that live in another one, and unlocks the others. */
@Prototype
@Command(
    name = "lock-writes",
    description = "Lock tables for writes where they do not live, and unlock them where they do.",
    footer = {
      "",
      "Triggers refuse INSERT, UPDATE, DELETE and TRUNCATE, on partitions too. gitlab_shared is never locked.",
      "A tool may write in a transaction after SELECT set_config('lock_writes.<table>', 'false', true).",
      "Each table is locked by itself, with short waits; new tables are locked by migrate."
    },
    exitCodeList = {
      "0:done, or it was so already",
      "1:this role may not lock some tables; the others are done",
      "2:no such database, or the configuration contradicts the databases",
      "3:refused: schema bbm is missing, or a failover is under way",
      "69:a database does not answer; nothing was changed",
      "75:some tables were in use each time; the others are done"
    })
final class LockWritesCommand implements Callable<Integer> {

  @Mixin private WriteLockRun.Options options;
  @Mixin private OutputOptions output;

  private final WriteLockRun run;

  LockWritesCommand(WriteLockRun run) {
    this.run = run;
  }

  @Override
  public Integer call() throws InterruptedException {
    return run.apply(options, WriteLocks::follow, output);
  }
}
