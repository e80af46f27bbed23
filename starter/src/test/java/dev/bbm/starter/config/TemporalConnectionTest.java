package dev.bbm.starter.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.bbm.activities.topology.DatabaseSettings;
import dev.bbm.activities.topology.Secret;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import io.temporal.api.common.v1.Payload;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TemporalConnectionTest {

  @TempDir Path folder;

  private record Known(String id) {}

  @Test
  void goesWhereTheVariablesPoint() {
    try (var temporal =
        connect(
            "127.0.0.1:40000",
            Map.of("TEMPORAL_ADDRESS", "temporal:7233", "TEMPORAL_NAMESPACE", "shop"))) {
      assertThat(temporal.target()).isEqualTo("temporal:7233");
      assertThat(temporal.client().getOptions().getNamespace()).isEqualTo("shop");
    }
  }

  @Test
  void goesToTheEmbeddedServerOfTheFolder() {
    try (var temporal = connect("127.0.0.1:40000", Map.of())) {
      assertThat(temporal.target()).isEqualTo("127.0.0.1:40000");
      assertThat(temporal.client().getOptions().getNamespace()).isEqualTo("default");
    }
  }

  @Test
  void goesToThisMachineOtherwise() {
    try (var temporal = connect(null, Map.of())) {
      assertThat(temporal.target()).isEqualTo("127.0.0.1:7233");
    }
  }

  @Test
  void saysThatTheServerDoesNotAnswer() {
    try (var temporal = connect("127.0.0.1:1", Map.of())) {
      assertThatThrownBy(temporal::requireServer)
          .hasMessage("Temporal at 127.0.0.1:1 does not serve namespace \"default\": UNAVAILABLE")
          .isInstanceOfSatisfying(
              ApplicationException.class,
              thrown -> assertThat(thrown.code()).isEqualTo(ErrorCode.TEMPORAL_UNREACHABLE));
    }
  }

  @Test
  void ignoresWhatALaterReleaseAddedToAMessage() {
    var payload =
        Payload.newBuilder()
            .putMetadata("encoding", ByteString.copyFromUtf8("json/plain"))
            .setData(ByteString.copyFromUtf8("{\"id\":\"main_1\",\"added\":1}"))
            .build();

    try (var temporal = connect(null, Map.of())) {
      var converter = temporal.client().getOptions().getDataConverter();

      assertThat(converter.fromPayload(payload, Known.class, Known.class))
          .isEqualTo(new Known("main_1"));
    }
  }

  private TemporalConnection connect(@Nullable String embedded, Map<String, String> variables) {
    var database =
        new DatabaseSettings(
            "main",
            "jdbc:postgresql://db/a",
            "",
            new Secret(""),
            List.of("gitlab_main"),
            true,
            true,
            1);
    var settings =
        new Settings(
            List.of(database),
            folder.resolve("bbm.yml"),
            folder,
            folder,
            null,
            WorkerOptions.DEFAULT,
            embedded,
            false);
    return TemporalConnection.of(settings, new Surroundings(variables, folder));
  }
}
