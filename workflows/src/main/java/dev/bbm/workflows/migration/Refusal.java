package dev.bbm.workflows.migration;

import dev.bbm.workflows.failure.ErrorCode;
import io.temporal.failure.ApplicationFailure;

/**
 * Why an update was refused: a sentence alone, since the Web UI would print a stack trace below it.
 */
final class Refusal {

  private static final StackTraceElement[] NONE = {};

  private Refusal() {}

  /** Thrown by a validator; the SDK gives every failure of its own type a new stack trace there. */
  static IllegalArgumentException ofInput(String sentence) {
    var refusal = new IllegalArgumentException(sentence);
    refusal.setStackTrace(NONE);
    return refusal;
  }

  /** Thrown by an update that was accepted and could not be carried out. */
  static ApplicationFailure of(ErrorCode code, String sentence) {
    return of(code.name(), sentence);
  }

  /** The same for a code as it came over the wire. */
  static ApplicationFailure of(String code, String sentence) {
    var refusal = ApplicationFailure.newNonRetryableFailure(sentence, code);
    refusal.setStackTrace(NONE);
    return refusal;
  }
}
