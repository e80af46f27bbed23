package dev.bbm.starter.command;

import io.micronaut.context.annotation.Prototype;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Says that a person has promoted the standby. */
@Prototype
@Command(
    name = "promoted",
    description = "Say that you have promoted the standby; bbm looks for itself.",
    footer = {"", "Where nobody hosts the failover any more, this process does, to its end."},
    exitCodeList = {
      "0:said; where it was hosted here: moved",
      "1:hosted here, it was aborted or rolled back",
      "2:no such database",
      "3:nobody waits for a promotion by hand, or no failover runs",
      "69:Temporal or a database does not answer"
    })
final class FailoverPromotedCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private FailoverTarget target;

  private final FailoverWord word;

  FailoverPromotedCommand(FailoverWord word) {
    this.word = word;
  }

  @Override
  public Integer call() throws InterruptedException {
    return word.letGoOn(target.name(), "promoted", "told", spec.commandLine().getOut());
  }
}
