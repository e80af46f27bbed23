package dev.bbm.starter.command;

import dev.bbm.starter.config.TemporalConnection;
import dev.bbm.starter.failover.FailoverRuns;
import dev.bbm.starter.failover.FailoverText;
import dev.bbm.workflows.failover.FailoverReport;
import dev.bbm.workflows.failover.FailoverState;
import io.micronaut.context.annotation.Prototype;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Gives a failover up before its decision. */
@Prototype
@Command(
    name = "abort",
    description = "Give a failover up before step 9: everything goes back to the source.",
    footer = {
      "",
      "A standby that is promoted already accepts nothing, and must be built anew before the next try."
    },
    exitCodeList = {
      "0:aborted, everything is back",
      "1:it ended in another way",
      "2:no such database, or no reason",
      "3:no failover runs, or it is decided: ./bbm failover rollback",
      "69:Temporal or a database does not answer"
    })
final class FailoverAbortCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private FailoverTarget target;

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      required = true,
      description = "Kept in the journal and in the report.")
  private String reason;

  private final Failovers failovers;
  private final FailoverWord word;

  FailoverAbortCommand(Failovers failovers, FailoverWord word) {
    this.failovers = failovers;
    this.word = word;
  }

  @Override
  public Integer call() throws InterruptedException {
    String name = failovers.settings().database(target.name()).name();
    PrintWriter out = spec.commandLine().getOut();
    try (TemporalConnection temporal = failovers.temporal()) {
      FailoverWord.Answer answer =
          word.send(temporal, name, "abort", failovers.message(reason, false), out)
              .orElseThrow(() -> FailoverRuns.noneRuns(name, null));
      FailoverReport report = answer.report();
      if (!answer.ended()) {
        out.println(FailoverText.ending(report));
      }
      return Failovers.endingAs(FailoverState.ABORTED, report).code();
    }
  }
}
