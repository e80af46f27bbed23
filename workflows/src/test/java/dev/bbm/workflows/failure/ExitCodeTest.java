package dev.bbm.workflows.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class ExitCodeTest {

  @Test
  void keepsItsTable() {
    String table =
        Arrays.stream(ExitCode.values())
            .map(exit -> "%d %s".formatted(exit.code(), exit.meaning()))
            .collect(Collectors.joining("\n", "", "\n"));

    assertThat(table)
        .isEqualTo(
            """
            0 done, or it was done already
            1 the work failed
            2 wrong usage or input; it changed nothing
            3 refused; what was refused changed nothing
            69 a database or Temporal does not answer
            70 a bug in bbm
            75 not finished in time; try again
            130 interrupted
            """);
  }
}
