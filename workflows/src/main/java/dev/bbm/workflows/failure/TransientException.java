package dev.bbm.workflows.failure;

import org.jspecify.annotations.Nullable;

/** Thrown when it passes by itself: a lock, a deadlock, an owner that changed. */
public final class TransientException extends ApplicationException {
  TransientException(
      ErrorCode code,
      String message,
      @Nullable String hint,
      @Nullable String sqlState,
      @Nullable Throwable cause) {
    super(code, message, hint, sqlState, cause);
  }
}
