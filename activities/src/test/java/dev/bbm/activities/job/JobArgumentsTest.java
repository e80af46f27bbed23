package dev.bbm.activities.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bbm.activities.batching.SqlIdentifier;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import java.math.BigDecimal;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class JobArgumentsTest {

  private static final JobClassDefinition ALL =
      define("a text, b integer, c boolean, d numeric, e identifier, f json");

  @Test
  void bindsEachTypeToItsJavaType() {
    JobArguments arguments =
        JobArguments.parse(ALL, "[\"x\", -5, true, 1.50, \"or\\\"ders; DROP\", {\"k\": [1]}]");

    assertThat(arguments.values())
        .containsEntry("a", "x")
        .containsEntry("b", -5L)
        .containsEntry("c", true)
        .containsEntry("d", new BigDecimal("1.50"))
        .containsEntry("e", new SqlIdentifier("or\"ders; DROP"))
        .containsEntry("f", "{\"k\":[1]}");
  }

  @Test
  void saysGitLabsSentenceForAWrongNumber() {
    assertThatThrownBy(() -> JobArguments.parse(define("a text, b text"), "[\"x\"]"))
        .hasMessage("Wrong number of job arguments for Copy (given 1, expected 2)")
        .asInstanceOf(InstanceOfAssertFactories.type(ApplicationException.class))
        .satisfies(refused -> {
          assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_JOB_ARGUMENTS);
          assertThat(refused.hint()).contains("its arguments: a text, b text");
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a text       | 5         | job argument \"a\" of Copy must be of type text, not 5",
        "a text       | null      | job argument \"a\" of Copy must be of type text, not null",
        "a integer    | \"5\"     | job argument \"a\" of Copy must be of type integer, not \"5\"",
        "a integer    | 1.0       | job argument \"a\" of Copy must be of type integer, not 1.0",
        "a integer    | 1e18      | job argument \"a\" of Copy must be of type integer, not 1000000000000000000",
        "a boolean    | \"true\"  | job argument \"a\" of Copy must be of type boolean, not \"true\"",
        "a numeric    | [1,2]     | job argument \"a\" of Copy must be of type numeric, not [1, 2]",
        "a identifier | \"\"      | job argument \"a\" of Copy must be of type identifier, not \"\"",
        "a identifier | {\"bb\":1,\"a\":\"x\"} | job argument \"a\" of Copy must be of type identifier, not {\"a\": \"x\", \"bb\": 1}"
      })
  void namesArgumentTypeAndValueOfAWrongOne(String declared, String given, String sentence) {
    assertThatThrownBy(() -> JobArguments.parse(define(declared), "[" + given + "]"))
        .hasMessage(sentence);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {"{\"a\": 1}|{\"a\": 1}", "5|5", "[1|[1", "[] []|[] []", "``|``"})
  void refusesWhatIsNoArray(String given, String shown) {
    assertThatThrownBy(() -> JobArguments.parse(ALL, given))
        .hasMessage("job_arguments must be a JSON array, not " + shown);
  }

  @Test
  void takesWholeNumbersAsJsonbKeepsThem() {
    assertThat(JobArguments.parse(define("a integer"), "[1e3]").values()).containsEntry("a", 1000L);
    assertThat(JobArguments.parse(define("a integer"), "[-999999999999999999]").values())
        .containsEntry("a", -999999999999999999L);
  }

  static JobClassDefinition define(String arguments) {
    return SqlJobFile.parse(
            "copy.sql",
            "-- job_class: Copy\n-- arguments: "
                + arguments
                + "\nUPDATE t SET a = 1 WHERE ${subBatch}")
        .definition();
  }
}
