package dev.bbm.starter.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bbm.starter.config.Surroundings;
import dev.bbm.workflows.failure.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Keeps docs/cli.md equal to the help; {@code -Dbbm.docs.write=true} writes it. */
final class CommandDocumentTest {

  private static final Path DOCUMENT = Path.of("../docs/cli.md");

  @TempDir Path folder;

  @Test
  void isWhatTheHelpSays() throws IOException {
    String document = document();
    if (Boolean.getBoolean("bbm.docs.write")) {
      Files.writeString(DOCUMENT, document);
    }

    assertThat(Files.readString(DOCUMENT))
        .as(
            "write it with: mvn -pl starter -am test -Dtest=CommandDocumentTest -Dbbm.docs.write=true -Dsurefire.failIfNoSpecifiedTests=false")
        .isEqualTo(document);
  }

  @Test
  void namesEveryExitCode() throws IOException {
    String document = Files.readString(DOCUMENT);

    for (ExitCode code : ExitCode.values()) {
      assertThat(document).contains("| %d | %s |".formatted(code.code(), code.meaning()));
      assertThat(new Cli(folder).run("--help").out())
          .containsPattern("(?m)^  %d +%s$".formatted(code.code(), code.meaning()));
    }
  }

  @Test
  void printsTheHelpWithoutAVerb() {
    var help = new Cli(folder).run("--help");

    assertThat(new Cli(folder).runWords()).isEqualTo(help);
    assertThat(help.exitCode()).isZero();
    assertThat(help.err()).isEmpty();
  }

  @Test
  void fitsIntoATerminal() throws IOException {
    assertThat(Files.readString(DOCUMENT).lines().filter(line -> line.length() > 130)).isEmpty();
  }

  private String document() {
    var root = new BbmCommand();
    try (var beans =
        new Beans(new Surroundings(Map.of(), folder), new NoTerminal(), root.options())) {
      return document(CommandRunner.commandLine(root, beans));
    }
  }

  private static String document(CommandLine bbm) {
    return """
    # Command line

    Tables are for people; `--output json` prints one JSON document with snake_case names and times in UTC. Errors go to
    standard error as two lines: what was wrong, and what to type next. Doing again what is done succeeds and says so.

    ## Exit codes

    | code | meaning |
    | --- | --- |
    %s

    ## bbm

    %s
    %s\
    """
        .formatted(
            Arrays.stream(ExitCode.values())
                .map(code -> "| %d | %s |".formatted(code.code(), code.meaning()))
                .collect(Collectors.joining("\n")),
            fenced(bbm),
            bbm.getSubcommands().values().stream()
                .flatMap(CommandDocumentTest::withItsOwn)
                .filter(command -> !command.getCommandSpec().usageMessage().hidden())
                .map(command ->
                    "\n## %s\n\n%s\n"
                        .formatted(command.getCommandSpec().qualifiedName(), fenced(command)))
                .collect(Collectors.joining()));
  }

  private static Stream<CommandLine> withItsOwn(CommandLine command) {
    return Stream.concat(Stream.of(command), command.getSubcommands().values().stream());
  }

  private static String fenced(CommandLine command) {
    return "```text\n%s```".formatted(command.getUsageMessage(CommandLine.Help.Ansi.OFF));
  }

  private static final class NoTerminal implements Terminal {
    @Override
    public boolean isInteractive() {
      return false;
    }

    @Override
    public @Nullable String readLine() {
      return null;
    }
  }
}
