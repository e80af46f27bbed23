package dev.bbm.starter.command;

import dev.bbm.workflows.failure.ExitCode;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The root command: prints the help when no verb is given. */
@Command(
    name = "bbm",
    description = "Changes the data of huge live PostgreSQL tables in batches, on Temporal.",
    subcommands = {
      DemoCommand.class,
      WorkerCommand.class,
      InitCommand.class,
      MigrateCommand.class,
      QueueCommand.class,
      ListCommand.class,
      StatusCommand.class,
      WaitCommand.class,
      PauseCommand.class,
      ResumeCommand.class,
      RetryCommand.class,
      AdjustCommand.class,
      FinalizeCommand.class,
      EnsureFinishedCommand.class,
      DeleteCommand.class,
      JobsCommand.class,
      ReadyCommand.class,
      EventsCommand.class,
      DbCommand.class,
      FailoverCommand.class,
      BenchmarkCommand.class,
    },
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "",
    footer = {
      "",
      "Environment (wins over bbm.yml; docs/configuration.md):",
      "  BBM_MAIN_URL            postgresql://user@host/database of database main; BBM_CI_URL of ci, …",
      "  BBM_MAIN_PASSWORD       or BBM_MAIN_PASSWORD_FILE, or ~/.pgpass",
      "  BBM_CONFIG              another file than ./bbm.yml; BBM_ENV chooses one of its environments",
      "  TEMPORAL_ADDRESS        and the other TEMPORAL_* variables, or temporal.toml",
      "",
      "Examples:",
      "  ./bbm demo",
      "  export BBM_MAIN_URL=postgresql://app@db/shop && ./bbm init && ./bbm worker",
      "  ./bbm queue BackfillOrdersCurrency orders id --batch-size 5000",
      "  ./bbm status main_1 --watch",
    },
    mixinStandardHelpOptions = true,
    versionProvider = BbmVersion.class)
public final class BbmCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private final GlobalOptions options = new GlobalOptions();

  GlobalOptions options() {
    return options;
  }

  @Spec
  void listExitCodes(CommandSpec root) {
    root.usageMessage()
        .exitCodeList(
            Arrays.stream(ExitCode.values())
                .collect(
                    Collectors.toMap(
                        code -> String.valueOf(code.code()),
                        ExitCode::meaning,
                        (a, _) -> a,
                        LinkedHashMap::new)));
  }

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getOut());
    return ExitCode.DONE.code();
  }
}
