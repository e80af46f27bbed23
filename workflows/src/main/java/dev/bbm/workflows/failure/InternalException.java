package dev.bbm.workflows.failure;

import org.jspecify.annotations.Nullable;

/** Thrown when bbm has a bug. */
public final class InternalException extends ApplicationException {
  InternalException(
      ErrorCode code,
      String message,
      @Nullable String hint,
      @Nullable String sqlState,
      @Nullable Throwable cause) {
    super(code, message, hint, sqlState, cause);
  }
}
