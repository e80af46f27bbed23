package dev.bbm.starter.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bbm.starter.command.Cli.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The demonstration as the README shows it, with fewer rows. */
@Timeout(600)
final class DemoIT {

  @TempDir private Path folder;

  @Test
  void killsAWorkerMovesCiAndFindsEveryRowOnce() throws IOException {
    Result demo = new Cli(folder).run("demo --rows 200000");

    assertThat(demo.err()).isEmpty();
    assertThat(demo.out())
        .containsPattern("kill -9 worker \\d+ … worker \\d+ committed after")
        .contains("✓ relabelled main_3: ci_pipelines is gitlab_ci, not gitlab_main")
        .contains("✓ active on ci, epoch 3")
        .containsPattern("([\\d,]+) zombie attempts, \\1 refused")
        .contains("; lost 0; its longest wait")
        .contains("480,000 rows: once 480,000, twice or more 0, missed 0");
    assertThat(demo.exitCode()).isZero();
    assertThat(Files.readString(folder.resolve("demo-report.md")))
        .contains("480,000 rows: once 480,000");
  }
}
