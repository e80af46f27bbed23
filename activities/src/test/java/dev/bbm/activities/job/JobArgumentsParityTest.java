package dev.bbm.activities.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bbm.activities.database.BbmSchema;
import dev.bbm.activities.database.PostgresExtension;
import dev.bbm.workflows.failure.ApplicationException;
import java.sql.SQLException;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** Queueing by SQL and by the CLI refuse the same arguments with the same sentence and hint. */
final class JobArgumentsParityTest {

  @RegisterExtension
  static final PostgresExtension postgres = new PostgresExtension(BbmSchema::install);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a text                 | [\"x\"]",
        "a text                 | [5]",
        "a text                 | [null]",
        "a text                 | []",
        "a text                 | [\"x\", \"y\"]",
        "a text, b json         | {\"x\": 1}",
        "a text                 | null",
        "a integer              | [1e3]",
        "a integer              | [1.0]",
        "a integer              | [999999999999999999]",
        "a integer              | [1000000000000000000]",
        "a integer              | [-0]",
        "a integer              | [\"1\"]",
        "a boolean              | [true]",
        "a boolean              | [0]",
        "a numeric              | [1.50]",
        "a numeric              | [\"1.50\"]",
        "a numeric              | [{\"bbb\": [1, {\"c\": 1.50}], \"a\": \"é\\n\\\"\"}]",
        "a identifier           | [\"or\\\"ders; DROP\"]",
        "a identifier           | [\"\"]",
        "a identifier           | [\"éééééééééééééééééééééééééééééééé\"]",
        "a identifier, b text   | [\"x\", 5]",
        "a json                 | [null]",
        "a json                 | [{\"a\": 1}]"
      })
  void sayTheSame(String declared, String given) throws SQLException {
    JobClassDefinition definition = JobArgumentsTest.define(declared);

    assertThat(inJava(definition, given)).isEqualTo(inSql(definition, given));
  }

  private static String inJava(JobClassDefinition definition, String given) {
    try {
      JobArguments.parse(definition, given);
      return "accepted";
    } catch (ApplicationException refused) {
      return refused.getMessage() + " / " + refused.hint().orElse("");
    }
  }

  private static String inSql(JobClassDefinition definition, String given) throws SQLException {
    String declared =
        definition.arguments().stream()
            .map(a -> "{\"name\": \"%s\", \"type\": \"%s\"}".formatted(a.name(), a.type().label()))
            .collect(Collectors.joining(", ", "[", "]"));
    try (var connection = postgres.dataSource().getConnection();
        var statement =
            connection.prepareStatement(
                """
                SELECT bbm.check_job_arguments(
                         jsonb_populate_record(
                           NULL::bbm.job_classes, jsonb_build_object('name', ?::text, 'arguments', ?::jsonb)),
                         ?::jsonb)
                """)) {
      statement.setString(1, definition.name());
      statement.setString(2, declared);
      statement.setString(3, given);
      statement.execute();
      return "accepted";
    } catch (PSQLException refused) {
      ServerErrorMessage error = Objects.requireNonNull(refused.getServerErrorMessage());
      assertThat(error.getSQLState()).isEqualTo("BM105");
      return error.getMessage() + " / " + error.getHint();
    }
  }
}
