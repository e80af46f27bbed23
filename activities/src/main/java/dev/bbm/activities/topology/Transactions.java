package dev.bbm.activities.topology;

import dev.bbm.activities.failure.SqlStates;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.ibatis.session.SqlSession;

/**
 * The only ways to a mapper: one transaction of one database, errors translated by {@link
 * SqlStates}.
 */
public final class Transactions {

  private final String database;
  private final Supplier<SqlSession> sessions;

  Transactions(String database, Supplier<SqlSession> sessions) {
    this.database = database;
    this.sessions = sessions;
  }

  /** Runs the work in one transaction and commits it; any error rolls it back. */
  public <T> T inTransaction(Function<SqlSession, T> work) {
    try (SqlSession session = open()) {
      T result = inSession(session, work);
      session.commit(true);
      return result;
    } catch (RuntimeException thrown) {
      throw SqlStates.translate(database, thrown);
    }
  }

  /** Runs work that changes nothing, and rolls back. */
  public <T> T reading(Function<SqlSession, T> work) {
    try (SqlSession session = open()) {
      T result = inSession(session, work);
      session.rollback(true);
      return result;
    } catch (RuntimeException thrown) {
      throw SqlStates.translate(database, thrown);
    }
  }

  /**
   * MyBatis itself rolls back nothing where there were only selects, though they call functions.
   */
  private static <T> T inSession(SqlSession session, Function<SqlSession, T> work) {
    try {
      return work.apply(session);
    } catch (RuntimeException thrown) {
      session.rollback(true);
      throw thrown;
    }
  }

  /**
   * A session for a sequence of sub-batch transactions; the caller closes it, which rolls back what
   * is open. The isolation is the connection's own (READ COMMITTED by PostgreSQL's default, and the
   * gate raises otherwise): setting it would be a session SET, which PgBouncer in transaction
   * pooling would leak to others.
   */
  public SqlSession open() {
    return sessions.get();
  }
}
