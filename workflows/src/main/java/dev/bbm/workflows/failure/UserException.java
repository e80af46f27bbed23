package dev.bbm.workflows.failure;

import org.jspecify.annotations.Nullable;

/** Thrown when the input or the job's own SQL is wrong; retrying it as it is cannot help. */
public final class UserException extends ApplicationException {
  UserException(
      ErrorCode code,
      String message,
      @Nullable String hint,
      @Nullable String sqlState,
      @Nullable Throwable cause) {
    super(code, message, hint, sqlState, cause);
  }
}
