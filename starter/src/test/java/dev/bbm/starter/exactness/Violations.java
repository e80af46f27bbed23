package dev.bbm.starter.exactness;

import java.util.ArrayList;
import java.util.List;

/**
 * THE CHECK of every run, of the real code and of each mutant: an empty list means that each row
 * was changed exactly once, by the attempt that held its job, and never behind a fence.
 */
final class Violations {

  private static final String JOBS_THAT_DO_NOT_MEET =
      """
      SELECT format('%s: %s of %s jobs do not begin where another ends', m.job_class_name,
                    count(*) FILTER (WHERE e.ends IS DISTINCT FROM 1), count(*))
        FROM bbm.batched_background_migrations AS m
        JOIN bbm.batched_background_migration_jobs AS j ON j.batched_background_migration_id = m.id
        LEFT JOIN (SELECT o.batched_background_migration_id AS migration, o.max_cursor AS through, count(*) AS ends
                     FROM bbm.batched_background_migration_jobs AS o GROUP BY 1, 2
                    UNION ALL
                   SELECT s.id, s.min_cursor, 1 FROM bbm.batched_background_migrations AS s) AS e
          ON e.migration = m.id AND e.through = j.min_cursor
       GROUP BY m.id
      HAVING count(*) FILTER (WHERE e.ends IS DISTINCT FROM 1) > 0
          OR NOT bool_or(j.max_cursor = m.max_cursor) OR count(DISTINCT j.min_cursor) <> count(*)
      """;

  private static final String MOVES_THAT_DO_NOT_MEET =
      """
      SELECT format('job %s moved %s times from a cursor where it was not', v.job_id, count(*))
        FROM (SELECT o.job_id, o.before, lag(o.after, 1, j.min_cursor) OVER (PARTITION BY o.job_id ORDER BY o.id) AS there
                FROM audit.moves AS o
                JOIN bbm.batched_background_migration_jobs AS j ON j.id = o.job_id) AS v
       WHERE v.before <> v.there
       GROUP BY v.job_id
      """;

  private final Migrated database;
  private final List<String> found = new ArrayList<>();

  private Violations(Migrated database) {
    this.database = database;
  }

  static List<String> in(Migrated database) {
    var violations = new Violations(database);
    violations.checkRows();
    violations.checkJobs();
    violations.checkWitness();
    return violations.found;
  }

  private void checkRows() {
    for (Subject subject : Subject.all()) {
      if (database.number(
              "SELECT count(*) FROM bbm.batched_background_migrations WHERE table_name = ?",
              subject.table())
          == 0) {
        continue;
      }
      add(
          "SELECT format('%1$s rows of %2$s were changed %3$s times', count(*), '%2$s', n) FROM %2$s WHERE n <> 1 GROUP BY n ORDER BY n"
              .replace("%2$s", subject.table()));
      add(
          """
          SELECT format('%1$s counts %2$s changed rows, the table has %3$s', m.job_class_name, sum(j.updated_tuples), (SELECT count(*) FROM TABLE))
            FROM bbm.batched_background_migrations AS m
            JOIN bbm.batched_background_migration_jobs AS j ON j.batched_background_migration_id = m.id
           WHERE m.table_name = ?
           GROUP BY m.id
          HAVING sum(j.updated_tuples) <> (SELECT count(*) FROM TABLE)
          """
              .replace("TABLE", subject.table()),
          subject.table());
    }
  }

  private void checkJobs() {
    add(
        "SELECT format('%s is %s', job_class_name, bbm.status_name(status)) FROM bbm.batched_background_migrations WHERE status <> 3");
    add(
        """
        SELECT format('job %s ended with status %s, claim %s, cursor %s of %s', id, status, claim, cursor, max_cursor)
          FROM bbm.batched_background_migration_jobs
         WHERE status <> 3 OR claim IS NOT NULL OR cursor <> max_cursor
        """);
    add(JOBS_THAT_DO_NOT_MEET);
  }

  private void checkWitness() {
    add(MOVES_THAT_DO_NOT_MEET);
    add(
        "SELECT format('job %s was moved by %s while %s held it', job_id, moved_by, coalesce(claimed_by, 'nobody')) FROM audit.moves WHERE moved_by IS DISTINCT FROM claimed_by");
    add(
        """
        SELECT format('%s sub-batches were committed behind the fence', count(*))
          FROM audit.moves AS o
          JOIN audit.fences AS f ON NOT pg_visible_in_snapshot(o.xid, f.snapshot)
                                AND (f.lifted IS NULL OR pg_visible_in_snapshot(o.xid, f.lifted))
        HAVING count(*) > 0
        """);
  }

  private void add(String sql, Object... parameters) {
    database.values(sql, parameters).forEach(violation -> found.add(String.valueOf(violation)));
  }
}
