package dev.bbm.starter.command;

import io.micronaut.context.annotation.Prototype;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Lets a failover go on where it waits for a person. */
@Prototype
@Command(
    name = "approve",
    description = "Let a failover go on where it waits for approval.",
    footer = {"", "Where nobody hosts the failover any more, this process does, to its end."},
    exitCodeList = {
      "0:it goes on; where it was hosted here: moved",
      "1:hosted here, it was aborted or rolled back",
      "2:no such database",
      "3:nothing waits for an approval, or no failover runs",
      "69:Temporal or a database does not answer"
    })
final class FailoverApproveCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private FailoverTarget target;

  private final FailoverWord word;

  FailoverApproveCommand(FailoverWord word) {
    this.word = word;
  }

  @Override
  public Integer call() throws InterruptedException {
    return word.letGoOn(target.name(), "approve", "approved", spec.commandLine().getOut());
  }
}
