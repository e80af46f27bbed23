package dev.bbm.starter.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A worker's embedded servers must never mix with databases that somebody has configured. */
final class WorkerCommandTest {

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"--embedded", "--data-dir data"})
  void refusesEmbeddedServersBesideADatabaseOfTheEnvironment(String option) {
    var result =
        new Cli(folder)
            .with("BBM_MAIN_URL", "postgresql://app@127.0.0.1:1/shop")
            .run("worker " + option);

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err())
        .contains(
            "%s is for a folder without databases of its own, and here some are configured"
                .formatted(option.split(" ")[0]))
        .contains("leave it out, or run it in another folder");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void refusesEmbeddedServersBesideADatabaseOfTheFile() throws Exception {
    Files.writeString(
        folder.resolve("bbm.yml"), "databases: {main: {url: 'postgresql://app@127.0.0.1:1/shop'}}");

    var result = new Cli(folder).run("worker --embedded");

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(folder.resolve(".bbm")).doesNotExist();
  }
}
