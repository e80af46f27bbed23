package dev.bbm.activities.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bbm.activities.database.OwnedDatabase;
import dev.bbm.activities.database.PostgresExtension;
import dev.bbm.activities.database.TestSession;
import dev.bbm.workflows.failure.ApplicationException;
import java.sql.SQLException;
import java.util.List;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.session.SqlSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a select of a function writes is kept by a commit only. */
final class TransactionsTest {

  @RegisterExtension
  static final PostgresExtension postgres = new PostgresExtension(OwnedDatabase::install);

  /** Writes by a select, as most mappers of bbm do. */
  interface Writer {

    @Select("SELECT bbm.record_event(NULL, NULL, 'test')")
    Object write();
  }

  private TestSession session;
  private Database database;

  @BeforeEach
  void open() throws SQLException {
    session = new TestSession(postgres);
    session.run("DELETE FROM bbm.migration_events");
    database =
        new Database(
            new DatabaseSettings(
                "main", postgres.url(), "", new Secret(""), List.of("gitlab_main"), true, true, 2),
            "bbm/test",
            List.of(Writer.class),
            List.of());
  }

  @AfterEach
  void close() throws SQLException {
    database.close();
    session.close();
  }

  @Test
  void commitsAtTheEnd() throws SQLException {
    database.transactions().inTransaction(TransactionsTest::write);

    assertThat(events()).isEqualTo(1);
  }

  @Test
  void readingKeepsNothing() throws SQLException {
    database.transactions().reading(TransactionsTest::write);

    assertThat(events()).isZero();
  }

  @Test
  void failingKeepsNothing() throws SQLException {
    assertThatThrownBy(() ->
            database
                .transactions()
                .inTransaction(open -> {
                  write(open);
                  throw new IllegalStateException("failed after its select");
                }))
        .isInstanceOf(ApplicationException.class);

    assertThat(events()).isZero();
  }

  @Test
  void closingKeepsNothing() throws SQLException {
    try (SqlSession open = database.transactions().open()) {
      write(open);
    }

    assertThat(events()).isZero();
  }

  private static Object write(SqlSession open) {
    return open.getMapper(Writer.class).write();
  }

  private long events() throws SQLException {
    return session.number("SELECT count(*) FROM bbm.migration_events");
  }
}
