package dev.bbm.starter.command;

import dev.bbm.workflows.failure.ExitCode;
import io.micronaut.context.annotation.Prototype;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The group of commands about the databases themselves: prints its help when no verb is given. */
@Prototype
@Command(
    name = "db",
    description = "Look at the databases: who owns which gitlab_schema, and where tables belong.",
    subcommands = {
      ValidateConfigCommand.class,
      OwnershipCommand.class,
      DictionaryCommand.class,
      LockWritesCommand.class,
      UnlockWritesCommand.class,
      TruncateLegacyTablesCommand.class
    },
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands:%n",
    exitCodeList = {"0:this help was shown", "2:no such command"})
final class DbCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getOut());
    return ExitCode.DONE.code();
  }
}
