package dev.bbm.workflows.migration;

import org.jspecify.annotations.Nullable;

/**
 * What the updates and signals {@code pause} and {@code resume} take: one JSON object, every field
 * optional.
 */
public record ChangeRequest(@Nullable String reason, @Nullable String by) {

  /** As the Web UI shows it beside the field. */
  public static final String EXAMPLE = "{\"reason\": \"maintenance\", \"by\": \"you\"}";
}
