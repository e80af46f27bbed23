package dev.bbm.starter.command;

import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.EnumFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import dev.bbm.activities.migration.JobFailure;
import dev.bbm.activities.migration.JobRow;
import dev.bbm.workflows.failover.MigrationAtFailover;
import dev.bbm.workflows.migration.MigrationView;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The one form of JSON that commands write: snake_case, lower-case states, ISO 8601 times in UTC.
 */
final class Json {

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .addModule(
              new SimpleModule()
                  .addSerializer(Instant.class, ToStringSerializer.instance)
                  .addSerializer(Duration.class, ToStringSerializer.instance))
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
          .addMixIn(MigrationView.class, RawCursor.class)
          .addMixIn(JobFailure.class, RawRange.class)
          .addMixIn(JobRow.class, RawRanges.class)
          .addMixIn(MigrationAtFailover.class, RawCursor.class)
          .build();

  private Json() {}

  static String write(Object document) {
    try {
      return MAPPER.writeValueAsString(document);
    } catch (JsonProcessingException thrown) {
      throw new IllegalStateException("cannot be written as JSON: " + document, thrown);
    }
  }

  /** The text as JSON; empty when it is none. */
  static Optional<JsonNode> read(String text) {
    try {
      return Optional.ofNullable(MAPPER.readTree(text)).filter(node -> !node.isMissingNode());
    } catch (JsonProcessingException thrown) {
      return Optional.empty();
    }
  }

  /** A cursor is JSON already. */
  interface RawCursor {
    @JsonRawValue
    String cursor();
  }

  interface RawRanges extends RawRange {
    @JsonRawValue
    String after();
  }

  interface RawRange {
    @JsonRawValue
    String cursor();

    @JsonRawValue
    String through();
  }
}
