package dev.bbm.starter.command;

import dev.bbm.starter.config.TemporalConnection;
import dev.bbm.starter.failover.FailoverPlan;
import dev.bbm.workflows.failure.ExitCode;
import io.micronaut.context.annotation.Prototype;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Says what a failover would do, and changes nothing. */
@Prototype
@Command(
    name = "plan",
    description = "Make all checks, rehearse what can be rolled back, and show the steps.",
    footer = {
      "",
      "The steps that write to the primary alone run in a transaction that is rolled back: they wait for the same locks."
    },
    exitCodeList = {
      "0:every check passed; nothing was changed",
      "2:no such database or gitlab_schema",
      "3:a check failed, or there is no such failover",
      "69:a database, or Temporal, does not answer"
    })
final class FailoverPlanCommand implements Callable<Integer> {

  @Mixin private FailoverChoices choices;

  @Mixin private OutputOptions output;

  private final Failovers failovers;
  private final FailoverHindrance hindrance;

  FailoverPlanCommand(Failovers failovers, FailoverHindrance hindrance) {
    this.failovers = failovers;
    this.hindrance = hindrance;
  }

  @Override
  public Integer call() {
    hindrance.requireNone(choices.target());
    FailoverPlan plan =
        FailoverPlan.make(
            failovers.settings(), choices.request(failovers.settings(), failovers.user()));
    output.print(plan, plan::text);
    plan.requirePassed();
    try (TemporalConnection temporal = failovers.temporal()) {
      temporal.requireServer();
    }
    return ExitCode.DONE.code();
  }
}
