package dev.bbm.starter.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bbm.starter.command.CommandRunner;
import dev.bbm.starter.command.Terminal;
import dev.bbm.starter.config.Surroundings;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class RehearsalTest {

  @TempDir Path folder;

  static Stream<String> firstWords() {
    return Rehearsal.commands().stream().map(command -> command.split("\\s+")[0]).distinct();
  }

  @ParameterizedTest
  @MethodSource("firstWords")
  void rehearsesOnlyWhatExists(String word) {
    var printed = new StringWriter();
    var writer = new PrintWriter(printed);
    var runner =
        new CommandRunner(
            new Surroundings(Map.of(), folder), Terminal.ofThisProcess(), writer, writer);

    int exitCode = word.startsWith("-") ? runner.run(word) : runner.run(word, "--help");

    assertThat(exitCode).as("%s is a verb or an option of bbm: %s", word, printed).isZero();
  }
}
