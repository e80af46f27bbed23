package dev.bbm.workflows.migration;

import com.fasterxml.jackson.annotation.JsonCreator;
import org.jspecify.annotations.Nullable;

/**
 * What the updates and signals {@code pause} and {@code resume} take: one JSON object, every field
 * optional. A bare JSON string is read as the reason.
 */
public record ChangeRequest(@Nullable String reason, @Nullable String by) {

  @JsonCreator(mode = JsonCreator.Mode.PROPERTIES)
  public ChangeRequest {}

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static ChangeRequest ofReason(String reason) {
    return new ChangeRequest(reason, null);
  }

  /** As the Web UI shows it beside the field. */
  public static final String EXAMPLE = "{\"reason\": \"maintenance\", \"by\": \"you\"}";
}
