package dev.bbm.activities.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.bbm.activities.batching.SqlIdentifier;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The arguments of one migration, checked against its job class; {@code bbm.check_job_arguments}
 * says the same sentences.
 *
 * @param definition the job class
 * @param values by name: String, Long, Boolean, BigDecimal or SqlIdentifier, and JSON as its text
 */
public record JobArguments(JobClassDefinition definition, Map<String, Object> values) {

  private static final int MOST_DIGITS = 18;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  public JobArguments {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /**
   * Reads a JSON array with one value for each declared argument.
   *
   * @throws dev.bbm.workflows.failure.UserException when number or type are wrong
   */
  public static JobArguments parse(JobClassDefinition definition, String json) {
    JsonNode given = read(json);
    List<JobArgument> declared = definition.arguments();
    if (given.size() != declared.size()) {
      throw refused(
          "Wrong number of job arguments for %s (given %d, expected %d)"
              .formatted(definition.name(), given.size(), declared.size()),
          "its arguments: " + definition.argumentList());
    }
    var values = new LinkedHashMap<String, Object>();
    for (int n = 0; n < declared.size(); n++) {
      values.put(declared.get(n).name(), value(definition, declared.get(n), given.get(n)));
    }
    return new JobArguments(definition, values);
  }

  /** The values as the parameters of a SQL job's statement. */
  Map<String, Object> parameters() {
    var parameters = new LinkedHashMap<String, Object>();
    definition
        .arguments()
        .forEach(
            argument -> parameters.put(SqlPlaceholders.key(argument), values.get(argument.name())));
    return parameters;
  }

  private static JsonNode read(String json) {
    JsonNode given;
    try {
      given = JSON.readTree(json);
    } catch (JsonProcessingException broken) {
      given = MissingNode.getInstance();
    }
    if (!given.isArray()) {
      throw refused(
          "job_arguments must be a JSON array, not "
              + (given.isMissingNode() ? json : JsonbText.of(given)),
          "write it as '[\"first\", \"second\"]'");
    }
    return given;
  }

  private static Object value(JobClassDefinition job, JobArgument argument, JsonNode given) {
    return typed(argument.type(), given)
        .orElseThrow(() ->
            refused(
                "job argument \"%s\" of %s must be of type %s, not %s"
                    .formatted(
                        argument.name(), job.name(), argument.type().label(), JsonbText.of(given)),
                "give the arguments in the order of the job class's header"));
  }

  private static Optional<Object> typed(ArgumentType type, JsonNode given) {
    return switch (type) {
      case TEXT -> given.isTextual() ? Optional.of(given.textValue()) : Optional.empty();
      case INTEGER -> given.isNumber() ? integer(given.decimalValue()) : Optional.empty();
      case BOOLEAN -> given.isBoolean() ? Optional.of(given.booleanValue()) : Optional.empty();
      case NUMERIC -> given.isNumber() ? Optional.of(given.decimalValue()) : Optional.empty();
      case IDENTIFIER -> given.isTextual() ? identifier(given.textValue()) : Optional.empty();
      case JSON -> Optional.of(given.toString());
    };
  }

  /** As jsonb keeps numbers: 1e3 is whole, 1.0 is not. */
  private static Optional<Object> integer(BigDecimal number) {
    return number.scale() <= 0 && number.precision() - number.scale() <= MOST_DIGITS
        ? Optional.of(number.longValueExact())
        : Optional.empty();
  }

  private static Optional<Object> identifier(String name) {
    try {
      return Optional.of(new SqlIdentifier(name));
    } catch (IllegalArgumentException unfit) {
      return Optional.empty();
    }
  }

  private static ApplicationException refused(String message, String hint) {
    return ApplicationException.of(ErrorCode.INVALID_JOB_ARGUMENTS, message, hint);
  }

  /**
   * One value.
   *
   * @throws dev.bbm.workflows.failure.UserException when the job class declares no such argument
   */
  <T> T value(String name, ArgumentType type, Class<T> as) {
    boolean declared =
        definition.argument(name).filter(argument -> argument.type() == type).isPresent();
    if (!declared) {
      throw JobClassRefusal.of(
          definition.source(),
          "the job asks for the argument \"%s\" as %s, but its arguments are: %s; declare it"
              .formatted(name, type.label(), definition.argumentList()));
    }
    return as.cast(Objects.requireNonNull(values.get(name)));
  }
}
