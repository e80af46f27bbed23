package dev.bbm.workflows.failover;

import com.fasterxml.jackson.annotation.JsonCreator;
import org.jspecify.annotations.Nullable;

/**
 * What the updates take: one JSON object, every field optional. A bare JSON string is read as the
 * reason.
 *
 * @param copyIsStopped for {@code rollback} only: the copy cannot be reached, and a person made
 *     sure that it accepts nothing
 */
public record FailoverMessage(
    @Nullable String reason, @Nullable String by, @Nullable Boolean copyIsStopped) {

  @JsonCreator(mode = JsonCreator.Mode.PROPERTIES)
  public FailoverMessage {}

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static FailoverMessage ofReason(String reason) {
    return new FailoverMessage(reason, null, null);
  }

  /** Of a person or program, for a reason. */
  public static FailoverMessage of(@Nullable String reason, String by) {
    return new FailoverMessage(reason, by, null);
  }

  String byOrUnknown() {
    return by == null || by.isBlank() ? "Temporal" : by;
  }
}
