package dev.bbm.workflows.failure;

import org.jspecify.annotations.Nullable;

/** Thrown when the state of the data forbids it. */
public final class ConflictException extends ApplicationException {
  ConflictException(
      ErrorCode code,
      String message,
      @Nullable String hint,
      @Nullable String sqlState,
      @Nullable Throwable cause) {
    super(code, message, hint, sqlState, cause);
  }
}
