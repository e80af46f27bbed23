package dev.bbm.workflows.failover;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.bbm.workflows.migration.Messages;
import io.temporal.api.common.v1.Payload;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a person types into the Web UI. */
final class FailoverMessageTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          {"reason": "slow", "by": "sre"}              | slow | sre | -
          {"reason": "slow"}                           | slow | -   | -
          "slow"                                       | slow | -   | -
          {"by": "sre"}                                | -    | sre | -
          {}                                           | -    | -   | -
          {"reason": "off", "copyIsStopped": true}     | off  | -   | true
          {"reason": "slow", "ofALaterRelease": [1]}   | slow | -   | -
          """,
      quoteCharacter = '\'')
  void isReadFromOneJsonValue(String json, String reason, String by, Boolean copyIsStopped) {
    assertThat(read(json)).isEqualTo(new FailoverMessage(reason, by, copyIsStopped));
  }

  @Test
  void isReadAsItWasWritten() {
    var message = new FailoverMessage("slow", "sre", true);
    Payload written = Messages.CONVERTER.toPayload(message).orElseThrow();

    assertThat(written.getData().toStringUtf8())
        .isEqualTo("{\"reason\":\"slow\",\"by\":\"sre\",\"copyIsStopped\":true}");
    assertThat(read(written.getData().toStringUtf8())).isEqualTo(message);
  }

  private static FailoverMessage read(String json) {
    Payload template = Messages.CONVERTER.toPayload("").orElseThrow();
    Payload payload = template.toBuilder().setData(ByteString.copyFromUtf8(json)).build();
    return Objects.requireNonNull(
        Messages.CONVERTER.fromPayload(payload, FailoverMessage.class, FailoverMessage.class));
  }
}
