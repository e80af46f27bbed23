package dev.bbm.workflows.migration;

import static dev.bbm.workflows.migration.ViewBuilder.NOON;
import static dev.bbm.workflows.migration.ViewBuilder.aView;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import io.temporal.api.common.v1.Payload;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The JSON of each message is a promise to histories and to workers of other releases. */
final class MessagesTest {

  private static final int LARGEST = 64 * 1024;
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final MigrationView VIEW =
      aView()
          .at(2, 7)
          .onLanes(2)
          .because("replica lag")
          .by("sre")
          .since(NOON)
          .finished(NOON)
          .build();

  private static final String VIEW_JSON =
      """
      {
        "id": "main_1",
        "uid": "7b0c0f8e-5a5e-4c43-9d2b-3a1f6d2b9c01",
        "gitlabSchema": "gitlab_main",
        "ownerDatabase": "main",
        "epoch": 2,
        "revision": 7,
        "status": "ACTIVE",
        "jobClassName": "BackfillOrdersCurrency",
        "jobClassHash": "9f3c2a71",
        "tableName": "orders",
        "columnName": "id",
        "reason": "replica lag",
        "by": "sre",
        "since": "2026-11-21T12:00:00Z",
        "rows": 6700000,
        "estimatedRows": 12400000,
        "percent": 54,
        "rowsPerSecond": 22800,
        "cursor": "[\\"26014882\\"]",
        "lanes": 2,
        "batchSize": 50000,
        "subBatchSize": 1000,
        "failedJobs": 0,
        "retriedJobs": 3,
        "asOf": "2026-11-21T12:00:00Z",
        "startedAt": "2026-11-21T11:55:30Z",
        "finishedAt": "2026-11-21T12:00:00Z"
      }
      """;

  static Stream<Arguments> messages() {
    return Stream.of(
        message(
            new MigrationRun(ViewBuilder.UID, "gitlab_ci", "ci", "Backfill", "orders", "id"),
            """
            {
              "uid": "7b0c0f8e-5a5e-4c43-9d2b-3a1f6d2b9c01",
              "gitlabSchema": "gitlab_ci",
              "database": "ci",
              "jobClassName": "Backfill",
              "tableName": "orders",
              "columnName": "id",
              "lastView": null
            }
            """),
        message(
            new ChangeRequest("maintenance", "sre"),
            """
            {"reason": "maintenance", "by": "sre"}
            """),
        message(
            new StatusChange(ViewBuilder.UID, "maintenance", "sre"),
            """
            {"uid": "7b0c0f8e-5a5e-4c43-9d2b-3a1f6d2b9c01", "reason": "maintenance", "by": "sre"}
            """),
        message(
            new Changed(2, 7),
            """
            {"epoch": 2, "revision": 7}
            """),
        message(
            new MigrationRef(ViewBuilder.UID),
            """
            {"uid": "7b0c0f8e-5a5e-4c43-9d2b-3a1f6d2b9c01"}
            """),
        message(
            new SliceRequest(ViewBuilder.UID, "Backfill", 2),
            """
            {"uid": "7b0c0f8e-5a5e-4c43-9d2b-3a1f6d2b9c01", "jobClassName": "Backfill", "lane": 2}
            """),
        message(VIEW, VIEW_JSON),
        outcome(
            new SliceOutcome.Advanced(VIEW),
            """
            {"kind": "advanced", "view": %s}
            """),
        outcome(
            new SliceOutcome.Waiting(VIEW, NOON),
            """
            {"kind": "waiting", "view": %s, "notBefore": "2026-11-21T12:00:00Z"}
            """),
        outcome(
            new SliceOutcome.Held(VIEW, "replica lag"),
            """
            {"kind": "held", "view": %s, "reason": "replica lag"}
            """),
        outcome(
            new SliceOutcome.LaneDone(VIEW),
            """
            {"kind": "laneDone", "view": %s}
            """),
        outcome(
            new SliceOutcome.Stopped(VIEW),
            """
            {"kind": "stopped", "view": %s}
            """));
  }

  @ParameterizedTest
  @MethodSource("messages")
  void keepTheirJson(Object message, Class<?> type, String json) throws JsonProcessingException {
    assertThat(JSON.readTree(write(message))).isEqualTo(JSON.readTree(json));
    assertThat(read(json, type)).isEqualTo(message);
  }

  @ParameterizedTest
  @MethodSource("messages")
  void tolerateFieldsOfALaterRelease(Object message, Class<?> type, String json)
      throws JsonProcessingException {
    ObjectNode later = (ObjectNode) JSON.readTree(json);
    later.putObject("ofALaterRelease").put("some", "thing");
    JsonNode view = later.get("view");
    if (view instanceof ObjectNode object) {
      object.put("ofALaterRelease", 1);
    }

    assertThat(read(later.toString(), type)).isEqualTo(message);
  }

  @Test
  void readARunOfAnEarlierRelease() throws JsonProcessingException {
    MigrationRun run = MigrationWorld.RUN.seenLast(VIEW);
    ObjectNode earlier = (ObjectNode) JSON.readTree(write(run));
    earlier.remove("lastView");

    assertThat(read(write(run), MigrationRun.class)).isEqualTo(run);
    assertThat(read(earlier.toString(), MigrationRun.class)).isEqualTo(MigrationWorld.RUN);
  }

  @Test
  void coverEachKindOfOutcome() {
    List<String> covered =
        messages()
            .map(arguments -> Objects.requireNonNull(arguments.get()[0]).getClass().getName())
            .toList();

    assertThat(SliceOutcome.class.getPermittedSubclasses())
        .extracting(Class::getName)
        .isSubsetOf(covered);
  }

  @Test
  void readAnUpdateThatNamesOnlyTheReason() {
    assertThat(read("{\"reason\": \"maintenance\"}", ChangeRequest.class))
        .isEqualTo(new ChangeRequest("maintenance", null));
    assertThat(read("\"maintenance\"", ChangeRequest.class))
        .isEqualTo(new ChangeRequest("maintenance", null));
    assertThat(read("{}", ChangeRequest.class)).isEqualTo(new ChangeRequest(null, null));
    assertThat(read(ChangeRequest.EXAMPLE, ChangeRequest.class))
        .isEqualTo(new ChangeRequest("maintenance", "you"));
  }

  @Test
  void leaveAbsentWhatAViewDoesNotKnow() throws JsonProcessingException {
    MigrationView bare = aView().changed(0, null).done(null).atRate(null).started(null).build();
    ObjectNode json = (ObjectNode) JSON.readTree(write(bare));
    Stream.of(
            "reason",
            "by",
            "since",
            "estimatedRows",
            "percent",
            "rowsPerSecond",
            "startedAt",
            "finishedAt")
        .forEach(field -> assertThat(json.remove(field).isNull()).as(field).isTrue());

    assertThat(read(json.toString(), MigrationView.class)).isEqualTo(bare);
  }

  @Test
  void staySmallHoweverLongAReasonIs() {
    String endless = "🐘 all work and no play ".repeat(10_000);
    String longestKey = "[\"" + "\\u0001".repeat(2_704) + "\"]";
    MigrationView view = aView().because(endless).by(endless).atCursor(longestKey).build();

    assertThat(write(new SliceOutcome.Held(view, endless)).getBytes(StandardCharsets.UTF_8))
        .hasSizeLessThan(LARGEST);
  }

  private static Arguments message(Object message, String json) {
    return argumentSet(message.getClass().getSimpleName(), message, message.getClass(), json);
  }

  /** Activities declare the sealed type, so that is what is read. */
  private static Arguments outcome(SliceOutcome outcome, String json) {
    return argumentSet(
        outcome.getClass().getSimpleName(), outcome, SliceOutcome.class, json.formatted(VIEW_JSON));
  }

  private static String write(Object message) {
    return payload(message).getData().toStringUtf8();
  }

  private static Payload payload(Object message) {
    return Messages.CONVERTER.toPayload(message).orElseThrow();
  }

  private static <T> T read(String json, Class<T> type) {
    Payload like = payload(new Changed(0, 0));
    return Messages.CONVERTER.fromPayload(
        like.toBuilder().setData(ByteString.copyFromUtf8(json)).build(), type, type);
  }
}
