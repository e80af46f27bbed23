package dev.bbm.activities.migration;

import dev.bbm.activities.job.TouchedDatabase;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.apache.ibatis.session.SqlSession;

/**
 * The read-only transactions of one sub-batch on other databases; each passes the gate of what it
 * reads.
 */
final class Readings implements AutoCloseable {

  private final TouchedSchemas touches;
  private final Map<String, SqlSession> sessions = new HashMap<>();
  private final Deque<SqlSession> opened = new ArrayDeque<>();

  Readings(TouchedSchemas touches) {
    this.touches = touches;
  }

  /** Opens the database of a declared gitlab_schema when it is first asked for. */
  TouchedDatabase of(String gitlabSchema) {
    TouchedSchema schema = touches.load(gitlabSchema);
    SqlSession session = sessions.computeIfAbsent(gitlabSchema, _ -> open(schema));
    return session::getMapper;
  }

  private SqlSession open(TouchedSchema schema) {
    SqlSession session = schema.owner().database().transactions().open();
    opened.push(session);
    session.getMapper(TouchMapper.class).openReading(schema.owner().token());
    return session;
  }

  /** Throws SCHEMA_NOT_ALLOWED when one of them read a table of another gitlab_schema. */
  void guard() {
    sessions.forEach((gitlabSchema, session) ->
        session.getMapper(TouchMapper.class).guard(touches.jobClass(), gitlabSchema));
  }

  @Override
  public void close() {
    opened.forEach(SqlSession::close);
  }
}
