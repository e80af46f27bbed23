package dev.bbm.starter.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bbm.starter.command.Cli.Result;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The benchmark as docs/performance.md names it, small; nothing is said about the times. */
@Timeout(900)
final class BenchmarkFailoverIT {

  @TempDir private Path folder;

  @Test
  void measuresAFailoverAndFindsEveryRowOnce() throws IOException {
    Result benchmark =
        new Cli(folder)
            .run(
                "benchmark failover --runs 1 --migrations 4 --writers 2 --rows 1000 --output json");

    assertThat(benchmark.exitCode()).as(benchmark.err()).isZero();
    assertThat(benchmark.err()).contains("rows once 4,000, wrong 0").contains("lost 0");
    JsonNode result = new ObjectMapper().readTree(benchmark.out());
    assertThat(result.get("exact").asBoolean()).isTrue();
    assertThat(result.at("/load/migrations").asInt()).isEqualTo(4);
    JsonNode run = result.at("/runs/0");
    assertThat(run.get("rows").asLong()).isEqualTo(4_000);
    assertThat(run.get("writes").asLong()).isPositive();
    assertThat(names(run.get("steps")))
        .containsExactly(
            "fence", "lock_app", "catch_up", "promote", "adopt", "retire", "decide", "activate");
    Duration pause = duration(run.at("/figures/write_pause"));
    assertThat(sum(run.get("steps"))).as("the parts add up").isEqualTo(pause);
    assertThat(duration(run.at("/figures/whole_failover"))).isGreaterThan(pause);
    assertThat(duration(result.at("/median/write_pause"))).isEqualTo(pause);
    assertThat(duration(run.at("/figures/ci_write"))).as("ci was written after it").isPositive();
    assertThat(duration(run.at("/figures/hand_made_switch"))).isPositive();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --runs 0         | --runs must be between 1 and 1000: 0
          --migrations 1   | --migrations must be between 2 and 64: 1
          --migrations 65  | --migrations must be between 2 and 64: 65
          --writers 1      | --writers must be between 2 and 64: 1
          --rows 10        | --rows must be between 1000 and 1000000: 10
          --runs many      | invalid value for option '--runs': 'many' is not an int
          """)
  void refusesNumbersThatAreOutOfBounds(String options, String sentence) {
    Result refused = new Cli(folder).run("benchmark failover " + options);

    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err()).contains(sentence);
    assertThat(refused.out()).isEmpty();
    assertThat(folder.resolve(".bbm")).doesNotExist();
  }

  private static Iterable<String> names(JsonNode object) {
    return object::fieldNames;
  }

  private static Duration sum(JsonNode durations) {
    return StreamSupport.stream(durations.spliterator(), false)
        .map(BenchmarkFailoverIT::duration)
        .reduce(Duration.ZERO, Duration::plus);
  }

  private static Duration duration(JsonNode text) {
    return Duration.parse(text.asText());
  }
}
