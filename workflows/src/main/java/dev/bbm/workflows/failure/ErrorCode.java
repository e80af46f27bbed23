package dev.bbm.workflows.failure;

import static dev.bbm.workflows.failure.ErrorCategory.CONFLICT;
import static dev.bbm.workflows.failure.ErrorCategory.INTERNAL;
import static dev.bbm.workflows.failure.ErrorCategory.TRANSIENT;
import static dev.bbm.workflows.failure.ErrorCategory.USER;

/**
 * Every failure that bbm tells apart; the name is the type of the ApplicationFailure on Temporal's
 * wire.
 */
public enum ErrorCode {
  INVALID_JOB_ARGUMENTS(USER, ExitCode.USAGE),
  INVALID_OPTION(USER, ExitCode.USAGE),
  INVALID_CONFIGURATION(USER, ExitCode.USAGE),
  INVALID_JOB_CLASS(USER, ExitCode.USAGE),
  INVALID_MIGRATION(USER, ExitCode.USAGE),
  UNKNOWN_TABLE(USER, ExitCode.USAGE),
  COLUMN_NOT_FOUND(USER, ExitCode.USAGE),
  UNKNOWN_JOB_CLASS(USER, ExitCode.USAGE),
  UNKNOWN_GITLAB_SCHEMA(USER, ExitCode.USAGE),
  MIGRATION_NOT_FOUND(USER, ExitCode.USAGE),
  MIGRATION_MOVED(USER, ExitCode.REFUSED),
  TABLE_NOT_CLASSIFIED(USER, ExitCode.REFUSED),
  DDL_NOT_ALLOWED(USER, ExitCode.REFUSED),
  DML_NOT_ALLOWED(USER, ExitCode.REFUSED),
  MIGRATION_CHANGED(USER, ExitCode.REFUSED),
  NO_USABLE_KEY(USER, ExitCode.REFUSED),
  SCHEMA_NOT_ALLOWED(USER, ExitCode.REFUSED),
  NOT_INSTALLED(USER, ExitCode.REFUSED),
  PERMISSION_DENIED(USER, ExitCode.REFUSED),
  UNSUPPORTED_SERVER(USER, ExitCode.REFUSED),
  NOT_CONFIRMED(USER, ExitCode.REFUSED),
  WRITE_LOCKED(USER, ExitCode.REFUSED),
  NOT_WRITE_LOCKED(USER, ExitCode.REFUSED),
  REFERENCED_FROM_OUTSIDE(USER, ExitCode.REFUSED),
  NO_OTHER_PLACE(USER, ExitCode.REFUSED),
  COPY_TAKES_WRITES(USER, ExitCode.REFUSED),
  TAKEOVER_REFUSED(USER, ExitCode.REFUSED),
  SQL_ERROR(USER, ExitCode.FAILED),
  JOB_FAILED(USER, ExitCode.FAILED),
  MIGRATION_FAILED(USER, ExitCode.FAILED),

  ILLEGAL_TRANSITION(CONFLICT, ExitCode.REFUSED),
  ALREADY_INSTALLED(CONFLICT, ExitCode.REFUSED),
  FOLDER_IN_USE(CONFLICT, ExitCode.REFUSED),
  CONSTRAINT_VIOLATION(CONFLICT, ExitCode.FAILED),
  NOT_FINISHED(CONFLICT, ExitCode.FAILED),
  FAILOVER_REFUSED(CONFLICT, ExitCode.REFUSED),
  FAILOVER_CHECKS_FAILED(CONFLICT, ExitCode.REFUSED),
  FAILOVER_ABORTED(CONFLICT, ExitCode.FAILED),
  HOOK_FAILED(CONFLICT, ExitCode.FAILED),

  LOCK_TIMEOUT(TRANSIENT, ExitCode.NOT_FINISHED),
  STATEMENT_TIMEOUT(TRANSIENT, ExitCode.NOT_FINISHED),
  DEADLOCK(TRANSIENT, ExitCode.NOT_FINISHED),
  SERIALIZATION_FAILURE(TRANSIENT, ExitCode.NOT_FINISHED),
  TOO_MANY_CONNECTIONS(TRANSIENT, ExitCode.UNAVAILABLE),
  OWNERSHIP_LOST(TRANSIENT, ExitCode.REFUSED),
  DRAINING(TRANSIENT, ExitCode.REFUSED),
  STALE_CLAIM(TRANSIENT, ExitCode.REFUSED),
  NOT_ACTIVE(TRANSIENT, ExitCode.REFUSED),
  CURSOR_MOVED(TRANSIENT, ExitCode.REFUSED),
  SERVER_ERROR(TRANSIENT, ExitCode.NOT_FINISHED),

  CONNECTION_LOST(ErrorCategory.UNAVAILABLE, ExitCode.UNAVAILABLE),
  LOGIN_REFUSED(ErrorCategory.UNAVAILABLE, ExitCode.REFUSED),
  DATABASE_UNREACHABLE(ErrorCategory.UNAVAILABLE, ExitCode.UNAVAILABLE),
  TEMPORAL_UNREACHABLE(ErrorCategory.UNAVAILABLE, ExitCode.UNAVAILABLE),

  WRONG_ISOLATION(INTERNAL, ExitCode.BUG),
  UNEXPECTED_ROW_COUNT(INTERNAL, ExitCode.BUG),
  BUG(INTERNAL, ExitCode.BUG);

  private final ErrorCategory category;
  private final ExitCode exitCode;

  ErrorCode(ErrorCategory category, ExitCode exitCode) {
    this.category = category;
    this.exitCode = exitCode;
  }

  /** Who must act on it. */
  public ErrorCategory category() {
    return category;
  }

  /** What a command ends with when this ends it. */
  public ExitCode exitCode() {
    return exitCode;
  }
}
