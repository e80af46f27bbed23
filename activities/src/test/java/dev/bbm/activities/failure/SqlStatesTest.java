package dev.bbm.activities.failure;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.bbm.activities.database.PostgresExtension;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a SQLSTATE means, and what becomes of a real server's errors. */
final class SqlStatesTest {

  @RegisterExtension static final PostgresExtension postgres = new PostgresExtension();

  @ParameterizedTest
  @CsvSource({
    "BM001, OWNERSHIP_LOST",
    "BM002, WRONG_ISOLATION",
    "BM003, DRAINING",
    "BM004, STALE_CLAIM",
    "BM005, NOT_ACTIVE",
    "BM006, CURSOR_MOVED",
    "BM101, UNKNOWN_TABLE",
    "BM102, COLUMN_NOT_FOUND",
    "BM103, UNKNOWN_JOB_CLASS",
    "BM104, UNKNOWN_GITLAB_SCHEMA",
    "BM105, INVALID_JOB_ARGUMENTS",
    "BM106, INVALID_OPTION",
    "BM107, NO_USABLE_KEY",
    "BM108, SCHEMA_NOT_ALLOWED",
    "BM109, MIGRATION_NOT_FOUND",
    "BM110, ILLEGAL_TRANSITION",
    "BM111, TABLE_NOT_CLASSIFIED",
    "BM112, NOT_FINISHED",
    "BM131, NOT_WRITE_LOCKED",
    "BM132, REFERENCED_FROM_OUTSIDE",
    "2F002, WRITE_LOCKED",
    "40001, SERIALIZATION_FAILURE",
    "40P01, DEADLOCK",
    "55P03, LOCK_TIMEOUT",
    "57014, STATEMENT_TIMEOUT",
    "57P01, CONNECTION_LOST",
    "57P02, CONNECTION_LOST",
    "57P03, CONNECTION_LOST",
    "25P03, CONNECTION_LOST",
    "25P04, CONNECTION_LOST",
    "53300, TOO_MANY_CONNECTIONS",
    "3D000, INVALID_CONFIGURATION",
    "42501, PERMISSION_DENIED",
    "28P01, LOGIN_REFUSED",
    "28000, LOGIN_REFUSED",
    "08004, LOGIN_REFUSED",
    "08006, CONNECTION_LOST",
    "23505, CONSTRAINT_VIOLATION",
    "0A000, SQL_ERROR",
    "21000, SQL_ERROR",
    "22012, SQL_ERROR",
    "25P02, SQL_ERROR",
    "2BP01, SQL_ERROR",
    "38001, SQL_ERROR",
    "39004, SQL_ERROR",
    "42601, SQL_ERROR",
    "44000, SQL_ERROR",
    "P0001, SQL_ERROR",
    "53100, SERVER_ERROR",
    "XX000, SERVER_ERROR",
    "BM999, SERVER_ERROR",
  })
  void everyStateHasItsCode(String state, ErrorCode code) {
    assertThat(SqlStates.codeOf(state)).isEqualTo(code);
  }

  @ParameterizedTest
  @NullAndEmptySource
  @ValueSource(strings = "4")
  void anErrorWithoutAStateIsTheServers(String state) {
    assertThat(SqlStates.codeOf(state)).isEqualTo(ErrorCode.SERVER_ERROR);
  }

  @Test
  void keepsTheServersMessageHintAndState() {
    ApplicationException translated =
        translated("DO $$ BEGIN RAISE 'no' USING ERRCODE = 'BM110', HINT = './bbm status'; END $$");

    assertThat(translated).hasMessage("no");
    assertThat(translated.code()).isEqualTo(ErrorCode.ILLEGAL_TRANSITION);
    assertThat(translated.hint()).contains("./bbm status");
    assertThat(translated.sqlState()).contains("BM110");
  }

  @Test
  void namesTheDatabaseOfALostConnection() {
    ApplicationException translated = translated("SELECT pg_terminate_backend(pg_backend_pid())");

    assertThat(translated.code()).isEqualTo(ErrorCode.CONNECTION_LOST);
    assertThat(translated).hasMessageStartingWith("database \"ci\": terminating connection");
  }

  @Test
  void aPoolThatGetsNoConnectionSaysWhichDatabaseDoesNotAnswer() {
    var pool = new SQLTransientConnectionException("bbm-ci - Connection is not available");

    ApplicationException translated = SqlStates.translate("ci", new IllegalStateException(pool));

    assertThat(translated.code()).isEqualTo(ErrorCode.DATABASE_UNREACHABLE);
    assertThat(translated.hint()).contains("check its url in bbm.yml or BBM_CI_URL");
  }

  @Test
  void aDatabaseThatDoesNotExistIsAMatterOfConfigurationThoughThePoolHidesIt() {
    var config = new HikariConfig();
    config.setJdbcUrl(postgres.url().replace("/" + postgres.database(), "/nowhere"));
    config.setInitializationFailTimeout(-1);
    config.setConnectionTimeout(500);
    try (var pool = new HikariDataSource(config)) {
      assertThat(translated(pool::getConnection).code()).isEqualTo(ErrorCode.INVALID_CONFIGURATION);
    }
  }

  @Test
  void keepsWhatIsTranslatedAndCallsTheRestABug() {
    ApplicationException known = ApplicationException.of(ErrorCode.DRAINING, "drained");

    assertThat(SqlStates.translate("ci", known)).isSameAs(known);
    assertThat(SqlStates.translate("ci", new IllegalStateException("odd")).code())
        .isEqualTo(ErrorCode.BUG);
  }

  private interface Work {
    void run() throws SQLException;
  }

  private static ApplicationException translated(String sql) {
    return translated(() -> {
      try (Connection connection = postgres.dataSource().getConnection();
          var statement = connection.createStatement()) {
        statement.execute(sql);
      }
    });
  }

  private static ApplicationException translated(Work work) {
    try {
      work.run();
    } catch (SQLException thrown) {
      return SqlStates.translate("ci", new IllegalStateException(thrown));
    }
    throw new AssertionError("nothing was thrown");
  }
}
