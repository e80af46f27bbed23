package dev.bbm.workflows.failover;

import org.jspecify.annotations.Nullable;

/** Why an update of a failover is refused: a sentence alone. */
final class FailoverRefusal {

  private static final StackTraceElement[] NONE = {};

  private FailoverRefusal() {}

  static IllegalArgumentException of(String sentence) {
    var refusal = new IllegalArgumentException(sentence);
    refusal.setStackTrace(NONE);
    return refusal;
  }

  static void requireReason(@Nullable FailoverMessage message, String update) {
    if (message == null || message.reason() == null || message.reason().isBlank()) {
      throw of("give a reason to %s: {\"reason\": \"…\", \"by\": \"you\"}".formatted(update));
    }
  }
}
