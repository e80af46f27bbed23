package dev.bbm.activities.migration;

import dev.bbm.activities.database.TestSession;
import java.sql.SQLException;

/** What one lane's slices say to the database of {@code OwnedDatabase}. */
public record Lane(TestSession session, long migration, int number) {

  private static final String TOKEN = "'gitlab_main', 'main', 1, NULL";

  /** The verdict of a claim by worker "w" that knows the job class as it was queued. */
  public String claim(String claim) throws SQLException {
    return claim(claim, "hash1", 4);
  }

  String claim(String claim, String hash, int maxRunning) throws SQLException {
    return session.one(
        """
        SELECT concat_ws(': ', c.verdict, c.reason)
          FROM bbm.claim_job((SELECT uid FROM bbm.batched_background_migrations WHERE id = ?), ?, ?, 'w', ?, ?, %s) AS c
        """
            .formatted(TOKEN),
        migration,
        number,
        claim,
        hash,
        maxRunning);
  }

  /** The lane's last job. */
  long job() throws SQLException {
    return session.number(
        """
        SELECT id
          FROM bbm.batched_background_migration_jobs
         WHERE batched_background_migration_id = ? AND lane = ?
         ORDER BY started_at DESC LIMIT 1
        """,
        migration,
        number);
  }

  /** Opens a sub-batch at the job's cursor. */
  void open(String claim) throws SQLException {
    long job = job();
    String cursor =
        session.one("SELECT cursor FROM bbm.batched_background_migration_jobs WHERE id = ?", job);
    session.run("CALL bbm.open_sub_batch(?, ?, ?::jsonb, %s)".formatted(TOKEN), job, claim, cursor);
  }

  /** Moves the running job's cursor to its end as its last sub-batch does. */
  public void work(String claim) throws SQLException {
    long job = job();
    open(claim);
    session.run(
        """
        SELECT bbm.close_sub_batch(j.id, ?, j.cursor, j.max_cursor, true, 1)
          FROM bbm.batched_background_migration_jobs AS j
         WHERE j.id = ?
        """,
        claim,
        job);
  }

  /** Whether the job was still claimed. */
  boolean fail(String claim) throws SQLException {
    return session
        .one("SELECT bbm.fail_job(?, ?, 'E', 'm', '22012', %s)".formatted(TOKEN), job(), claim)
        .equals("t");
  }

  boolean release(String claim) throws SQLException {
    return session.one("SELECT bbm.release_job(?, ?)", job(), claim).equals("t");
  }

  /** Its jobs' columns by the expression, oldest first. */
  String jobs(String expression) throws SQLException {
    return session.one(
        """
        SELECT string_agg((%s)::text, ' ' ORDER BY id)
          FROM bbm.batched_background_migration_jobs
         WHERE batched_background_migration_id = ?
        """
            .formatted(expression),
        migration);
  }

  /** The migration's status as a word. */
  String status() throws SQLException {
    return session.one(
        "SELECT bbm.status_name(status) FROM bbm.batched_background_migrations WHERE id = ?",
        migration);
  }
}
