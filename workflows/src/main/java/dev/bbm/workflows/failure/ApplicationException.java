package dev.bbm.workflows.failure;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A failure that bbm knows by its code; the message is one sentence, the hint is what to type next.
 */
public abstract sealed class ApplicationException extends RuntimeException
    permits ConflictException,
        InternalException,
        TransientException,
        UnavailableException,
        UserException {

  private final ErrorCode code;
  private final @Nullable String hint;
  private final @Nullable String sqlState;

  ApplicationException(
      ErrorCode code,
      String message,
      @Nullable String hint,
      @Nullable String sqlState,
      @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
    this.hint = hint;
    this.sqlState = sqlState;
  }

  /** The exception of the code's category, without a hint. */
  public static ApplicationException of(ErrorCode code, String message) {
    return of(code, message, null, null, null);
  }

  /** The exception of the code's category, with what to type next. */
  public static ApplicationException of(ErrorCode code, String message, String hint) {
    return of(code, message, hint, null, null);
  }

  /**
   * The exception of the code's category, with the SQLSTATE and error that it was translated from.
   */
  public static ApplicationException of(
      ErrorCode code,
      String message,
      @Nullable String hint,
      @Nullable String sqlState,
      @Nullable Throwable cause) {
    return switch (code.category()) {
      case USER -> new UserException(code, message, hint, sqlState, cause);
      case CONFLICT -> new ConflictException(code, message, hint, sqlState, cause);
      case TRANSIENT -> new TransientException(code, message, hint, sqlState, cause);
      case UNAVAILABLE -> new UnavailableException(code, message, hint, sqlState, cause);
      case INTERNAL -> new InternalException(code, message, hint, sqlState, cause);
    };
  }

  /** Which failure it is. */
  public ErrorCode code() {
    return code;
  }

  /** What to type next, if anything helps. */
  public Optional<String> hint() {
    return Optional.ofNullable(hint);
  }

  /** The SQLSTATE that it came from, if it came from PostgreSQL. */
  public Optional<String> sqlState() {
    return Optional.ofNullable(sqlState);
  }
}
