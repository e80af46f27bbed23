package dev.bbm.starter.command;

import static java.util.function.Predicate.not;

import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import dev.bbm.workflows.failure.ExitCode;
import dev.bbm.workflows.migration.MigrationView;
import io.micronaut.context.annotation.Prototype;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Waits until migrations have ended, for scripts. */
@Prototype
@Command(
    name = "wait",
    description = "Wait until migrations have ended, for scripts.",
    exitCodeList = {
      "0:all finished",
      "1:one failed",
      "2:no such migration or database",
      "69:a database does not answer",
      "75:not finished within --timeout; the reason is printed",
      "130:interrupted; the migrations go on"
    })
final class WaitCommand implements Callable<Integer> {

  @Parameters(paramLabel = "ID", arity = "1..*", description = MigrationArgument.ID)
  private List<String> ids;

  @Option(names = "--database", paramLabel = "NAME", description = MigrationArgument.DATABASE)
  private @Nullable String database;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      description = "Give up after 600s, 10m, … (default: never).")
  private @Nullable Duration timeout;

  @Option(
      names = "--every",
      paramLabel = "DURATION",
      defaultValue = "1s",
      converter = DurationConverter.class,
      description = "How often to look (default: ${DEFAULT-VALUE}).")
  private Duration every;

  @Mixin private OutputOptions output;

  private final Databases databases;
  private final InstantSource clock;

  WaitCommand(Databases databases, InstantSource clock) {
    this.databases = databases;
    this.clock = clock;
  }

  private record Waited(List<MigrationView> migrations) {}

  @Override
  public Integer call() throws InterruptedException {
    Instant deadline = timeout == null ? Instant.MAX : clock.instant().plus(timeout);
    var watched = new ArrayList<Looks>();
    for (String id : ids) {
      watched.add(new Looks(databases, databases.find(id, database), output.err()::println));
    }
    watched.stream().filter(Looks::isEnd).forEach(this::tellEnd);
    while (!watched.stream().allMatch(Looks::isEnd) && clock.instant().isBefore(deadline)) {
      Thread.sleep(every);
      watched.stream().filter(not(Looks::isEnd)).forEach(this::lookAgain);
    }
    List<MigrationView> views = watched.stream().map(Looks::last).toList();
    if (output.isJson()) {
      output.print(new Waited(views), () -> "");
    }
    return ending(views).code();
  }

  private void lookAgain(Looks looks) {
    looks.again();
    if (looks.isEnd()) {
      tellEnd(looks);
    }
  }

  /** An end is told as soon as it is seen. */
  private void tellEnd(Looks looks) {
    if (!output.isJson()) {
      output.out().println(looks.last().id() + " " + StatusText.state(looks.last()));
      output.out().flush();
    }
  }

  private ExitCode ending(List<MigrationView> views) {
    views.stream()
        .filter(view -> !view.status().isEnd())
        .forEach(view -> Failures.print(output.err(), notFinished(view)));
    return views.stream()
        .map(view -> StatusCommand.ending(view.status()))
        .filter(code -> code != ExitCode.DONE)
        .min(ExitCode::compareTo)
        .orElse(ExitCode.DONE);
  }

  private ApplicationException notFinished(MigrationView view) {
    return ApplicationException.of(
        ErrorCode.NOT_FINISHED,
        "%s is not finished after %s: %s, %s"
            .formatted(
                view.id(),
                timeout == null ? "the time given" : Figures.roughly(timeout),
                StatusText.state(view),
                StatusText.progress(view)),
        "./bbm status %s --watch".formatted(view.id()));
  }
}
