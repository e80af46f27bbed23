package dev.bbm.starter;

import dev.bbm.starter.command.CommandRunner;
import dev.bbm.starter.command.Terminal;
import dev.bbm.starter.config.Surroundings;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.List;

/** The entry point of the program. */
public final class Main {

  private Main() {}

  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  /** Runs one command as from a shell and returns its exit code. */
  public static int run(String... arguments) {
    var surroundings = Surroundings.ofThisProcess();
    Logs.choose(List.of(arguments), surroundings.variable("BBM_LOG_LEVEL").isPresent());
    return new CommandRunner(
            surroundings, Terminal.ofThisProcess(), writer(System.out), writer(System.err))
        .run(arguments);
  }

  /** In the terminal's character set, which the launcher may have named. */
  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(new OutputStreamWriter(stream, stream.charset()), true);
  }
}
