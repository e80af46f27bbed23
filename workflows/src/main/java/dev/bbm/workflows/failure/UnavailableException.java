package dev.bbm.workflows.failure;

import org.jspecify.annotations.Nullable;

/** Thrown when a server does not answer. */
public final class UnavailableException extends ApplicationException {
  UnavailableException(
      ErrorCode code,
      String message,
      @Nullable String hint,
      @Nullable String sqlState,
      @Nullable Throwable cause) {
    super(code, message, hint, sqlState, cause);
  }
}
