package dev.bbm.activities.database;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.sql.SQLException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What PostgreSQL refuses, by SQLSTATE. */
public final class SqlStateAssert {

  private SqlStateAssert() {}

  /** Fails unless the work raises this state with a message that contains the words. */
  public static void assertRefused(String state, String words, ThrowingCallable work) {
    assertThatExceptionOfType(SQLException.class)
        .isThrownBy(work)
        .withMessageContaining(words)
        .extracting(SQLException::getSQLState)
        .isEqualTo(state);
  }
}
