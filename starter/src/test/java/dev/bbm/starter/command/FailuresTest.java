package dev.bbm.starter.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

final class FailuresTest {

  private final StringWriter err = new StringWriter();

  @TempDir Path folder;

  @Command(name = "fail")
  private static final class Failing implements Callable<Integer> {

    @Mixin private final GlobalOptions options = new GlobalOptions();
    private final Exception failure;

    Failing(Exception failure) {
      this.failure = failure;
    }

    @Override
    public Integer call() throws Exception {
      throw failure;
    }
  }

  @ParameterizedTest
  @EnumSource
  void endsWithTheExitCodeOfTheError(ErrorCode code) {
    assertThat(run(ApplicationException.of(code, "wrong", "./bbm list")))
        .isEqualTo(code.exitCode().code());
    assertThat(err.toString()).startsWith("error: wrong\nhint: ");
  }

  @Test
  void callsTheUnexpectedABug() {
    assertThat(run(new IllegalStateException("oops"))).isEqualTo(70);
    assertThat(err)
        .hasToString(
            """
            error: unexpected java.lang.IllegalStateException: oops
            hint: a bug in bbm; report it with the output of `./bbm fail … --verbose`
            """);
  }

  @Test
  void endsWith130WhenItIsInterrupted() {
    assertThat(run(new InterruptedException())).isEqualTo(130);
    assertThat(err).hasToString("error: interrupted\n");
  }

  @Test
  void showsWhereAnErrorCameFromOnlyWhenAsked() {
    run(new IllegalStateException("oops"), "--verbose");

    assertThat(err.toString()).contains("\tat " + FailuresTest.class.getName());
  }

  @Test
  void refusesAnUnknownVerb() {
    assertThat(new Cli(folder).run("lits"))
        .isEqualTo(
            new Cli.Result(
                2, "", "error: unmatched argument at index 0: 'lits'\nhint: ./bbm --help\n"));
  }

  @Test
  void refusesAnUnknownOption() {
    assertThat(new Cli(folder).run("list --color"))
        .isEqualTo(
            new Cli.Result(2, "", "error: unknown option: '--color'\nhint: ./bbm list --help\n"));
  }

  @Test
  void saysInOneSentenceThatNothingIsConfigured() {
    assertThat(new Cli(folder).run("list"))
        .isEqualTo(
            new Cli.Result(
                2,
                "",
                """
                error: no database is configured: there is no bbm.yml here, no BBM_MAIN_URL, and no running ./bbm demo
                hint: export BBM_MAIN_URL=postgresql://app@db/shop, then ./bbm init; or ./bbm demo; or ./bbm worker, which starts servers of its own
                """));
  }

  private int run(Exception failure, String... arguments) {
    var command = new Failing(failure);
    var failures = new Failures(command.options);
    return new CommandLine(command)
        .setErr(new PrintWriter(err))
        .setExecutionExceptionHandler(failures)
        .setParameterExceptionHandler(failures)
        .setExitCodeExceptionMapper(failures)
        .execute(arguments);
  }
}
