package dev.bbm.starter.command;

import dev.bbm.starter.config.Surroundings;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Runs commands as a shell would, in a folder and an environment of its own. */
public final class Cli {

  /** What a user sees. */
  public record Result(int exitCode, String out, String err) {}

  /** A command that runs in another terminal, whose output can be read meanwhile. */
  public record Begun(StringWriter out, CompletableFuture<Result> result) {

    public String shown() {
      return out.toString();
    }

    public Result join() {
      return result.join();
    }
  }

  private final Path folder;
  private final Map<String, String> variables = new HashMap<>(Map.of("USER", "ann"));
  private final Deque<String> input = new ArrayDeque<>();
  private boolean interactive;

  public Cli(Path folder) {
    this.folder = folder;
  }

  public Cli with(String variable, String value) {
    variables.put(variable, value);
    return this;
  }

  /** What a person will type. */
  public Cli typing(String... lines) {
    input.addAll(List.of(lines));
    return this;
  }

  public Cli onATerminal() {
    interactive = true;
    return this;
  }

  /** The words of a command line, split at spaces. */
  public Result run(String line) {
    return runWords(line.split(" "));
  }

  public Result runWords(String... words) {
    return runWords(new StringWriter(), words);
  }

  /** Runs it in a thread of its own. */
  public Begun begin(String line) {
    var out = new StringWriter();
    return new Begun(out, CompletableFuture.supplyAsync(() -> runWords(out, line.split(" "))));
  }

  private Result runWords(StringWriter out, String... words) {
    var err = new StringWriter();
    var runner =
        new CommandRunner(
            new Surroundings(variables, folder),
            new Typed(),
            new PrintWriter(out),
            new PrintWriter(err));
    int exitCode = runner.run(Arrays.copyOf(words, words.length));
    return new Result(exitCode, out.toString(), err.toString());
  }

  private final class Typed implements Terminal {
    @Override
    public boolean isInteractive() {
      return interactive;
    }

    @Override
    public @Nullable String readLine() {
      return input.poll();
    }
  }
}
