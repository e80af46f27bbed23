package dev.bbm.workflows.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Who acts on which failure and what a command ends with are promises to scripts. */
final class ErrorCodeTest {

  @Test
  void keepsItsTable() {
    String table =
        Arrays.stream(ErrorCode.values())
            .map(code ->
                "%s %s %s %d"
                    .formatted(
                        code,
                        code.category(),
                        code.category().isRetried() ? "retried" : "final",
                        code.exitCode().code()))
            .collect(Collectors.joining("\n", "", "\n"));

    assertThat(table)
        .isEqualTo(
            """
            INVALID_JOB_ARGUMENTS USER final 2
            INVALID_OPTION USER final 2
            INVALID_CONFIGURATION USER final 2
            INVALID_JOB_CLASS USER final 2
            INVALID_MIGRATION USER final 2
            UNKNOWN_TABLE USER final 2
            COLUMN_NOT_FOUND USER final 2
            UNKNOWN_JOB_CLASS USER final 2
            UNKNOWN_GITLAB_SCHEMA USER final 2
            MIGRATION_NOT_FOUND USER final 2
            MIGRATION_MOVED USER final 3
            TABLE_NOT_CLASSIFIED USER final 3
            DDL_NOT_ALLOWED USER final 3
            DML_NOT_ALLOWED USER final 3
            MIGRATION_CHANGED USER final 3
            NO_USABLE_KEY USER final 3
            SCHEMA_NOT_ALLOWED USER final 3
            NOT_INSTALLED USER final 3
            PERMISSION_DENIED USER final 3
            UNSUPPORTED_SERVER USER final 3
            NOT_CONFIRMED USER final 3
            WRITE_LOCKED USER final 3
            NOT_WRITE_LOCKED USER final 3
            REFERENCED_FROM_OUTSIDE USER final 3
            NO_OTHER_PLACE USER final 3
            COPY_TAKES_WRITES USER final 3
            TAKEOVER_REFUSED USER final 3
            SQL_ERROR USER final 1
            JOB_FAILED USER final 1
            MIGRATION_FAILED USER final 1
            ILLEGAL_TRANSITION CONFLICT final 3
            ALREADY_INSTALLED CONFLICT final 3
            FOLDER_IN_USE CONFLICT final 3
            CONSTRAINT_VIOLATION CONFLICT final 1
            NOT_FINISHED CONFLICT final 1
            FAILOVER_REFUSED CONFLICT final 3
            FAILOVER_CHECKS_FAILED CONFLICT final 3
            FAILOVER_ABORTED CONFLICT final 1
            HOOK_FAILED CONFLICT final 1
            LOCK_TIMEOUT TRANSIENT retried 75
            STATEMENT_TIMEOUT TRANSIENT retried 75
            DEADLOCK TRANSIENT retried 75
            SERIALIZATION_FAILURE TRANSIENT retried 75
            TOO_MANY_CONNECTIONS TRANSIENT retried 69
            OWNERSHIP_LOST TRANSIENT retried 3
            DRAINING TRANSIENT retried 3
            STALE_CLAIM TRANSIENT retried 3
            NOT_ACTIVE TRANSIENT retried 3
            CURSOR_MOVED TRANSIENT retried 3
            SERVER_ERROR TRANSIENT retried 75
            CONNECTION_LOST UNAVAILABLE retried 69
            LOGIN_REFUSED UNAVAILABLE retried 3
            DATABASE_UNREACHABLE UNAVAILABLE retried 69
            TEMPORAL_UNREACHABLE UNAVAILABLE retried 69
            WRONG_ISOLATION INTERNAL final 70
            UNEXPECTED_ROW_COUNT INTERNAL final 70
            BUG INTERNAL final 70
            """);
  }
}
