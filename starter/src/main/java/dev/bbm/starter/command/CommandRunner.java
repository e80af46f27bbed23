package dev.bbm.starter.command;

import dev.bbm.starter.config.Surroundings;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Runs one command line: argv in; standard output, standard error and an exit code out. */
public final class CommandRunner {

  private static final int HELP_WIDTH = 100;
  private static final int LONGEST_OPTION = 26;

  private final Surroundings surroundings;
  private final Terminal terminal;
  private final PrintWriter out;
  private final PrintWriter err;

  public CommandRunner(
      Surroundings surroundings, Terminal terminal, PrintWriter out, PrintWriter err) {
    this.surroundings = surroundings;
    this.terminal = terminal;
    this.out = out;
    this.err = err;
  }

  /** Runs it to its end and closes what it opened. */
  public int run(String... arguments) {
    var root = new BbmCommand();
    try (var beans = new Beans(surroundings, terminal, root.options())) {
      return commandLine(root, beans).setOut(out).setErr(err).execute(arguments);
    }
  }

  /** The command tree as {@code --help} shows it. */
  static CommandLine commandLine(BbmCommand root, CommandLine.IFactory factory) {
    var failures = new Failures(root.options());
    var commandLine =
        new CommandLine(root, factory)
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setUsageHelpWidth(HELP_WIDTH)
            .setUsageHelpLongOptionsMaxWidth(LONGEST_OPTION)
            .setAbbreviatedOptionsAllowed(false)
            .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
            .setExecutionExceptionHandler(failures)
            .setParameterExceptionHandler(failures)
            .setExitCodeExceptionMapper(failures);
    complete(commandLine);
    commandLine
        .getHelpSectionMap()
        .put(CommandLine.Model.UsageMessageSpec.SECTION_KEY_COMMAND_LIST, new CommandGroups());
    return commandLine;
  }

  /** What every command's help has in common. */
  private static void complete(CommandLine command) {
    command
        .getCommandSpec()
        .usageMessage()
        .parameterListHeading("%nParameters:%n")
        .optionListHeading("%nOptions:%n")
        .exitCodeListHeading("%nExit codes:%n")
        .sortOptions(false)
        .sortSynopsis(false);
    for (CommandLine subcommand : command.getSubcommands().values()) {
      complete(subcommand);
      subcommand
          .getCommandSpec()
          .addOption(
              OptionSpec.builder("-h", "--help")
                  .usageHelp(true)
                  .description("Show this help message and exit.")
                  .build());
    }
  }
}
