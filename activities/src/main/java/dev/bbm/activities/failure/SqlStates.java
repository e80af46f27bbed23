package dev.bbm.activities.failure;

import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * The one place where a SQLSTATE becomes an ErrorCode (PostgreSQL, Appendix A; BM… are raised by
 * schema bbm).
 */
public final class SqlStates {

  private SqlStates() {}

  /** The code of a state; unknown ones are SERVER_ERROR, which is retried. */
  public static ErrorCode codeOf(@Nullable String state) {
    return switch (Objects.requireNonNullElse(state, "")) {
      case "BM001" -> ErrorCode.OWNERSHIP_LOST;
      case "BM002" -> ErrorCode.WRONG_ISOLATION;
      case "BM003" -> ErrorCode.DRAINING;
      case "BM004" -> ErrorCode.STALE_CLAIM;
      case "BM005" -> ErrorCode.NOT_ACTIVE;
      case "BM006" -> ErrorCode.CURSOR_MOVED;
      case "BM101" -> ErrorCode.UNKNOWN_TABLE;
      case "BM102" -> ErrorCode.COLUMN_NOT_FOUND;
      case "BM103" -> ErrorCode.UNKNOWN_JOB_CLASS;
      case "BM104" -> ErrorCode.UNKNOWN_GITLAB_SCHEMA;
      case "BM105" -> ErrorCode.INVALID_JOB_ARGUMENTS;
      case "BM106" -> ErrorCode.INVALID_OPTION;
      case "BM107" -> ErrorCode.NO_USABLE_KEY;
      case "BM108" -> ErrorCode.SCHEMA_NOT_ALLOWED;
      case "BM109" -> ErrorCode.MIGRATION_NOT_FOUND;
      case "BM110" -> ErrorCode.ILLEGAL_TRANSITION;
      case "BM111" -> ErrorCode.TABLE_NOT_CLASSIFIED;
      case "BM112" -> ErrorCode.NOT_FINISHED;
      case "BM120", "BM121" -> ErrorCode.FAILOVER_REFUSED;
      case "BM131" -> ErrorCode.NOT_WRITE_LOCKED;
      case "BM132" -> ErrorCode.REFERENCED_FROM_OUTSIDE;
      case "2F002" -> ErrorCode.WRITE_LOCKED;
      case "40001" -> ErrorCode.SERIALIZATION_FAILURE;
      case "40P01" -> ErrorCode.DEADLOCK;
      case "55P03" -> ErrorCode.LOCK_TIMEOUT;
      case "57014" -> ErrorCode.STATEMENT_TIMEOUT;
      case "57P01", "57P02", "57P03", "25P03", "25P04" -> ErrorCode.CONNECTION_LOST;
      case "08004" ->
          ErrorCode.LOGIN_REFUSED; // the driver's: a password is asked for, and none given
      case "53300" -> ErrorCode.TOO_MANY_CONNECTIONS;
      case "3D000" -> ErrorCode.INVALID_CONFIGURATION;
      case "42501" -> ErrorCode.PERMISSION_DENIED;
      default -> codeOfClass(Objects.requireNonNullElse(state, ""));
    };
  }

  private static ErrorCode codeOfClass(String state) {
    return switch (state.length() < 2 ? "" : state.substring(0, 2)) {
      case "08" -> ErrorCode.CONNECTION_LOST;
      case "23" -> ErrorCode.CONSTRAINT_VIOLATION;
      case "28" -> ErrorCode.LOGIN_REFUSED;
      case "0A", "21", "22", "25", "2B", "2D", "38", "39", "42", "44", "P0" -> ErrorCode.SQL_ERROR;
      default -> ErrorCode.SERVER_ERROR;
    };
  }

  /**
   * Translates an error of a statement or of getting a connection; what is no SQL error at its root
   * comes back as a bug.
   */
  public static ApplicationException translate(String database, RuntimeException thrown) {
    if (thrown instanceof ApplicationException known) {
      return known;
    }
    return rootSqlException(thrown)
        .map(sql -> translate(database, sql, thrown))
        .orElseGet(() ->
            ApplicationException.of(ErrorCode.BUG, "unexpected " + thrown, null, null, thrown));
  }

  private static ApplicationException translate(
      String database, SQLException sql, RuntimeException thrown) {
    if (sql instanceof SQLTransientConnectionException || isConnectFailure(sql)) {
      return unreachable(database, sql, thrown);
    }
    ErrorCode code = codeOf(sql.getSQLState());
    ServerErrorMessage server = serverMessage(sql);
    String message = server == null ? firstLine(sql) : Objects.requireNonNull(server.getMessage());
    String hint = server == null ? null : server.getHint();
    return ApplicationException.of(
        code,
        isAboutTheConnection(code) ? "database \"%s\": %s".formatted(database, message) : message,
        hint == null ? remedy(code, database) : hint,
        sql.getSQLState(),
        thrown);
  }

  private static boolean isAboutTheConnection(ErrorCode code) {
    return code == ErrorCode.CONNECTION_LOST
        || code == ErrorCode.LOGIN_REFUSED
        || code == ErrorCode.INVALID_CONFIGURATION;
  }

  private static @Nullable String remedy(ErrorCode code, String database) {
    String variable = "BBM_" + database.toUpperCase(Locale.ROOT);
    if (code == ErrorCode.LOGIN_REFUSED) {
      return "check user and password: %1$s_USER, %1$s_PASSWORD, bbm.yml or ~/.pgpass"
          .formatted(variable);
    }
    return code == ErrorCode.INVALID_CONFIGURATION
        ? "check its url in bbm.yml or %s_URL".formatted(variable)
        : null;
  }

  private static ApplicationException unreachable(
      String database, SQLException sql, RuntimeException thrown) {
    return ApplicationException.of(
        ErrorCode.DATABASE_UNREACHABLE,
        "database \"%s\" does not answer: %s".formatted(database, firstLine(sql)),
        "check its url in bbm.yml or BBM_%s_URL".formatted(database.toUpperCase(Locale.ROOT)),
        sql.getSQLState(),
        thrown);
  }

  /**
   * Whether no session came to be: 08001, and the states a starting or stopping server answers a
   * login with.
   */
  private static boolean isConnectFailure(SQLException sql) {
    return "08001".equals(sql.getSQLState());
  }

  private static @Nullable ServerErrorMessage serverMessage(SQLException sql) {
    return sql instanceof PSQLException postgres ? postgres.getServerErrorMessage() : null;
  }

  private static String firstLine(SQLException sql) {
    return Objects.requireNonNullElse(sql.getMessage(), sql.getClass().getSimpleName())
        .lines()
        .findFirst()
        .orElse("no message");
  }

  /**
   * The deepest SQL error: Hikari wraps the driver's in one of its own, MyBatis both in its own.
   */
  private static Optional<SQLException> rootSqlException(Throwable thrown) {
    SQLException found = null;
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql && (found == null || sql instanceof PSQLException)) {
        found = sql;
      }
    }
    return Optional.ofNullable(found);
  }
}
