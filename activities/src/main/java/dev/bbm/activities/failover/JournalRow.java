package dev.bbm.activities.failover;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bbm.workflows.failover.FailoverRequest;
import dev.bbm.workflows.failover.FailoverScope;
import io.temporal.common.converter.JacksonJsonPayloadConverter;

/** A failover as its journal keeps it: lists and the request as JSON. */
public record JournalRow(String id, String from, String to, String moved, String request) {

  /** As on Temporal's wire. */
  private static final ObjectMapper JSON =
      JacksonJsonPayloadConverter.newDefaultObjectMapper()
          .configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);

  static JournalRow of(FailoverRequest request) {
    FailoverScope scope = request.scope();
    return new JournalRow(
        scope.id(),
        scope.fromDatabase(),
        scope.toDatabase(),
        json(scope.movedSchemas()),
        json(request));
  }

  /** The request as a journal keeps it. */
  public static String write(FailoverRequest request) {
    return json(request);
  }

  static String json(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** The request that a journal has kept. */
  public static FailoverRequest read(String request) {
    try {
      return JSON.readValue(request, FailoverRequest.class);
    } catch (JsonProcessingException broken) {
      throw new IllegalArgumentException("the journal's request cannot be read", broken);
    }
  }
}
