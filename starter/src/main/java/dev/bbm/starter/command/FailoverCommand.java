package dev.bbm.starter.command;

import dev.bbm.workflows.failure.ExitCode;
import io.micronaut.context.annotation.Prototype;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The group of commands about failovers: prints its help when no verb is given. */
@Prototype
@Command(
    name = "failover",
    description = "Move gitlab_schemas to another database, or follow a promotion.",
    subcommands = {
      FailoverPlanCommand.class,
      FailoverStartCommand.class,
      FailoverResumeCommand.class,
      FailoverStatusCommand.class,
      FailoverApproveCommand.class,
      FailoverPromotedCommand.class,
      FailoverAbortCommand.class,
      FailoverRollbackCommand.class,
      FailoverTakeoverCommand.class,
      FailoverCleanupCommand.class
    },
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands:%n",
    footer = {
      "",
      "The process that starts or resumes a failover hosts it; killed, it stands still until any other one resumes it.",
      "Runbook: docs/failover.md"
    },
    exitCodeList = {"0:this help was shown", "2:no such command"})
final class FailoverCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getOut());
    return ExitCode.DONE.code();
  }
}
