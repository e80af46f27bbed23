package dev.bbm.workflows.migration;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.temporal.common.converter.DataConverter;
import io.temporal.common.converter.DefaultDataConverter;
import io.temporal.common.converter.JacksonJsonPayloadConverter;

/** How messages are written on Temporal's wire. */
public final class Messages {

  /**
   * For every client and worker. Unlike Temporal's own it ignores unknown fields, so that a worker
   * of the last release reads what one of the next has written, and old histories replay.
   */
  public static final DataConverter CONVERTER =
      DefaultDataConverter.newDefaultInstance()
          .withPayloadConverterOverrides(new JacksonJsonPayloadConverter(tolerantMapper()));

  private Messages() {}

  private static ObjectMapper tolerantMapper() {
    return JacksonJsonPayloadConverter.newDefaultObjectMapper()
        .configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);
  }
}
