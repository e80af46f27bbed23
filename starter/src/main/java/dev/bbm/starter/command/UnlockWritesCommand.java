package dev.bbm.starter.command;

import dev.bbm.activities.ownership.WriteLocks;
import io.micronaut.context.annotation.Prototype;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Takes all write locks away. */
@Prototype
@Command(
    name = "unlock-writes",
    description = "Take all write locks away.",
    footer = {"", "Workers report the tables that can be written though they live elsewhere."},
    exitCodeList = {
      "0:done, or nothing was locked",
      "1:this role may not unlock some tables; the others are done",
      "2:no such database, or the configuration contradicts the databases",
      "3:refused: schema bbm is missing, or a failover is under way",
      "69:a database does not answer; nothing was changed",
      "75:some tables were in use each time; the others are done"
    })
final class UnlockWritesCommand implements Callable<Integer> {

  @Mixin private WriteLockRun.Options options;
  @Mixin private OutputOptions output;

  private final WriteLockRun run;

  UnlockWritesCommand(WriteLockRun run) {
    this.run = run;
  }

  @Override
  public Integer call() throws InterruptedException {
    return run.apply(options, WriteLocks::unlock, output);
  }
}
