package dev.bbm.starter.command;

import dev.bbm.workflows.failure.ExitCode;
import dev.bbm.workflows.migration.MigrationStatus;
import dev.bbm.workflows.migration.MigrationView;
import io.micronaut.context.annotation.Prototype;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Shows one migration, once or until it ends. */
@Prototype
@Command(
    name = "status",
    description = "Show a migration, once or live.",
    footer = {"", "Reads the migration's database only: works while Temporal is down."},
    exitCodeList = {
      "0:shown; with --watch: the migration finished",
      "1:with --watch: the migration failed",
      "2:no such migration or database",
      "69:its database does not answer",
      "130:interrupted; the migration goes on"
    })
final class StatusCommand implements Callable<Integer> {

  private static final String UNATTENDED =
      "no worker has looked at it: ./bbm worker, and check that it reaches Temporal";

  private static final String BLIND =
      "timeline  not checked (timeline_check: false): a promotion of its server is not noticed";

  @Spec private CommandSpec spec;

  @Mixin private MigrationArgument argument;

  @Option(
      names = "--watch",
      description =
          "Stay until the migration ends: a moving bar on a terminal, else a line per change.")
  private boolean watch;

  @Option(
      names = "--every",
      paramLabel = "DURATION",
      defaultValue = "1s",
      converter = DurationConverter.class,
      description = "How often --watch looks (default: ${DEFAULT-VALUE}).")
  private Duration every;

  @Mixin private OutputOptions output;

  private final Databases databases;
  private final Terminal terminal;

  StatusCommand(Databases databases, Terminal terminal) {
    this.databases = databases;
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (watch && output.isJson()) {
      throw new ParameterException(
          spec.commandLine(), "--watch is for people; with --output json use bbm wait");
    }
    MigrationId migration = argument.find(databases);
    if (watch) {
      return watch(migration).code();
    }
    MigrationView view = databases.load(migration);
    boolean unattended = databases.isUnattended(migration);
    boolean blind = !databases.settings().database(migration.database()).timelineCheck();
    output.print(
        view,
        () ->
            StatusText.facts(view)
                + (blind ? "\n  " + BLIND : "")
                + (unattended ? "\n  " + UNATTENDED : ""));
    return ExitCode.DONE.code();
  }

  private ExitCode watch(MigrationId migration) throws InterruptedException {
    var printer = new ProgressPrinter(output.out(), terminal.isInteractive());
    var looks = new Looks(databases, migration, printer::say);
    if (databases.isUnattended(migration)) {
      printer.say(UNATTENDED);
    }
    printer.show(looks.last());
    while (!looks.isEnd()) {
      Thread.sleep(every);
      printer.show(looks.again());
    }
    return ending(looks.last().status());
  }

  /** How a command ends that waited for a migration. */
  static ExitCode ending(MigrationStatus status) {
    return switch (status) {
      case FINISHED, FINALIZED -> ExitCode.DONE;
      case FAILED, TRANSFERRED, QUARANTINED, STALE -> ExitCode.FAILED;
      case PAUSED, ACTIVE, FINALIZING -> ExitCode.NOT_FINISHED;
    };
  }
}
