package dev.bbm.starter.command;

import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import dev.bbm.workflows.failure.ExitCode;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IExitCodeExceptionMapper;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** How errors look on the terminal and which exit code they become. */
final class Failures
    implements IExecutionExceptionHandler, IParameterExceptionHandler, IExitCodeExceptionMapper {

  private final GlobalOptions options;

  Failures(GlobalOptions options) {
    this.options = options;
  }

  @Override
  public int getExitCode(Throwable thrown) {
    return switch (thrown) {
      case ParameterException _ -> ExitCode.USAGE.code();
      case ApplicationException known -> known.code().exitCode().code();
      case InterruptedException _ -> ExitCode.INTERRUPTED.code();
      default -> ExitCode.BUG.code();
    };
  }

  @Override
  public int handleExecutionException(Exception thrown, CommandLine command, ParseResult parsed) {
    PrintWriter err = command.getErr();
    switch (thrown) {
      case ApplicationException known when known.code() == ErrorCode.BUG ->
          print(err, String.valueOf(known.getMessage()), bugHint(command));
      case ApplicationException known -> print(err, known);
      case InterruptedException _ -> print(err, "interrupted", Optional.empty());
      default -> print(err, "unexpected " + thrown, bugHint(command));
    }
    if (options.verbose()) {
      thrown.printStackTrace(err);
    }
    err.flush();
    return getExitCode(thrown);
  }

  private static Optional<String> bugHint(CommandLine command) {
    return Optional.of(
        "a bug in bbm; report it with the output of `./bbm %s … --verbose`"
            .formatted(command.getCommandName()));
  }

  @Override
  public int handleParseException(ParameterException wrong, String[] arguments) {
    CommandLine command = wrong.getCommandLine();
    PrintWriter err = command.getErr();
    // picocli begins its own sentences with a capital, ours begin without.
    String message = String.valueOf(wrong.getMessage());
    err.println(
        "error: " + message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1));
    err.println("hint: ./" + command.getCommandSpec().qualifiedName() + " --help");
    if (options.verbose() || Arrays.asList(arguments).contains("--verbose")) {
      wrong.printStackTrace(err);
    }
    err.flush();
    return ExitCode.USAGE.code();
  }

  /** Two lines: what was wrong, and what to type next. */
  static void print(PrintWriter err, ApplicationException failure) {
    print(err, String.valueOf(failure.getMessage()), failure.hint());
  }

  /** Prints each and returns the code of the first; DONE when there is none. */
  static <T> ExitCode print(PrintWriter err, List<Answer.Missing<T>> missing) {
    missing.forEach(it -> print(err, it.failure()));
    return missing.stream()
        .map(it -> it.failure().code().exitCode())
        .findFirst()
        .orElse(ExitCode.DONE);
  }

  private static void print(PrintWriter err, String message, Optional<String> hint) {
    err.println("error: " + message);
    hint.ifPresent(line -> err.println("hint: " + line));
    err.flush();
  }
}
