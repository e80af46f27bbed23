package dev.bbm.starter.testbed;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * The invariants that one server shows by itself; each query returns a sentence per violation. They
 * hold on every copy at every moment: on a primary, a standby, a retired one and a dead branch.
 */
enum ServerChecks {
  NO_ROW_TWICE(
      1,
      """
      SELECT format('row %s of TABLE was changed %s times', t.id, t.n) FROM TABLE AS t WHERE t.n > 1 ORDER BY t.id LIMIT 3
      """),

  NO_RANGE_TWICE(
      1,
      """
      SELECT format('jobs %s and %s of %s overlap', a.id, b.id, a.batched_background_migration_id)
        FROM bbm.batched_background_migration_jobs AS a
        JOIN bbm.batched_background_migration_jobs AS b
          ON b.batched_background_migration_id = a.batched_background_migration_id AND b.id > a.id
         AND audit.key(a.min_cursor) < audit.key(b.max_cursor) AND audit.key(b.min_cursor) < audit.key(a.max_cursor)
      """),

  FINISHED_IS_COMPLETE(
      2,
      """
      SELECT format('%s is %s, but %s of its rows were not changed once', m.table_name, bbm.status_name(m.status), count(*))
        FROM bbm.batched_background_migrations AS m
        JOIN TABLE AS t ON audit.key(m.min_cursor) < t.id AND t.id <= audit.key(m.max_cursor) AND t.n <> 1
       WHERE m.table_name = 'TABLE' AND m.status IN (3, 6)
       GROUP BY m.id
      """),

  FINISHED_HAS_ALL_RANGES(
      2,
      """
      SELECT format('%s is finished with the jobs'' ranges adding up to %s of %s', m.table_name,
                    coalesce(sum(audit.key(j.cursor) - audit.key(j.min_cursor)), 0), audit.key(m.max_cursor) - audit.key(m.min_cursor))
        FROM bbm.batched_background_migrations AS m
        LEFT JOIN bbm.batched_background_migration_jobs AS j ON j.batched_background_migration_id = m.id
       WHERE m.status IN (3, 6)
       GROUP BY m.id
      HAVING coalesce(sum(audit.key(j.cursor) - audit.key(j.min_cursor)), 0) <> audit.key(m.max_cursor) - audit.key(m.min_cursor)
      """),

  WRITES_BY_THE_OWNER(
      3,
      """
      SELECT format('%s wrote to %s at %s on timeline %s, where the row said %s, timeline %s', w.by, w.table_name,
                    w.here, w.timeline, (o.held).state, (o.held).timeline)
        FROM audit.writes AS w
       JOIN audit.table_schemas AS d ON d.table_name = w.table_name
       CROSS JOIN LATERAL (SELECT audit.owner_for(d.gitlab_schema, w.xid) AS held OFFSET 0) AS o
       WHERE (o.held).gitlab_schema IS NOT NULL
         AND ((o.held).state <> 'ACTIVE' OR (o.held).place IS DISTINCT FROM w.here OR (o.held).timeline NOT IN (0, w.timeline))
       ORDER BY w.id LIMIT 3
      """),

  MOVES_UNDER_THE_OWNERS_EPOCH(
      3,
      """
      SELECT format('%s moved job %s by a claim of epoch %s, at epoch %s', v.by, v.job_id, v.epoch, (o.held).epoch)
        FROM audit.moves AS v
       JOIN audit.table_schemas AS d ON d.table_name = v.table_name
       CROSS JOIN LATERAL (SELECT audit.owner_for(d.gitlab_schema, v.xid) AS held OFFSET 0) AS o
       WHERE (o.held).gitlab_schema IS NOT NULL AND v.epoch IS DISTINCT FROM (o.held).epoch
       ORDER BY v.id LIMIT 3
      """),

  CURSOR_IS_DATA(
      6,
      """
      SELECT format('row %s of TABLE was changed %s times, its jobs'' cursors say %s', t.id, t.n, count(r.after))
        FROM TABLE AS t
        LEFT JOIN (SELECT audit.key(j.min_cursor) AS after, audit.key(j.cursor) AS through
                     FROM bbm.batched_background_migrations AS m
                     JOIN bbm.batched_background_migration_jobs AS j ON j.batched_background_migration_id = m.id
                    WHERE m.table_name = 'TABLE') AS r ON r.after < t.id AND t.id <= r.through
       WHERE EXISTS (SELECT FROM bbm.batched_background_migrations AS m WHERE m.table_name = 'TABLE')
       GROUP BY t.id, t.n
      HAVING t.n <> count(r.after)
       ORDER BY t.id LIMIT 3
      """),

  CURSOR_GOES_FORWARD(
      7,
      """
      SELECT format('job %s was moved from %s to %s, after it had been at %s', v.job_id, v.before, v.after, v.was)
        FROM (SELECT m.job_id, m.before, m.after, lag(m.after, 1, m.before) OVER (PARTITION BY m.uid, m.job_id ORDER BY m.id) AS was
                FROM audit.moves AS m) AS v
       WHERE v.was <> v.before OR audit.key(v.after) <= audit.key(v.before)
      """),

  EPOCHS_GROW(
      8,
      """
      SELECT format('%s went from epoch %s %s to epoch %s %s', c.gitlab_schema, (c.before).epoch, (c.before).state, (c.after).epoch, (c.after).state)
        FROM audit.owner_changes AS c
       WHERE (c.before).gitlab_schema IS NOT NULL
         AND ((c.after).epoch < (c.before).epoch
              OR (c.after).state = 'ACTIVE' AND (c.after).epoch = (c.before).epoch
                 AND ((c.before).state <> 'ACTIVE' OR (c.before).owner_database <> (c.after).owner_database
                      OR (c.before).timeline <> (c.after).timeline))
      """),

  NOTHING_CHANGES_STATE_WITHOUT_AN_OWNER(
      9,
      """
      SELECT format('%s made the migration of %s %s while the row said %s', s.by, s.table_name, bbm.status_name(s.after), (o.held).state)
        FROM audit.states AS s
       JOIN audit.table_schemas AS d ON d.table_name = s.table_name
       CROSS JOIN LATERAL (SELECT audit.owner_for(d.gitlab_schema, s.xid) AS held OFFSET 0) AS o
       WHERE (o.held).state <> 'ACTIVE'
         AND s.before IS DISTINCT FROM s.after
         AND coalesce(s.before, 0) NOT IN (7, 8, 9) AND s.after NOT IN (7, 8, 9)
      """),

  A_DECISION_STAYS(
      10,
      """
      SELECT format('%s was decided %s, then %s', d.failover_id, d.before, coalesce(d.after, 'nothing'))
        FROM audit.decisions AS d
       WHERE d.before IS NOT NULL AND d.after IS DISTINCT FROM d.before
      """),

  READY_COMES_FROM_THE_FENCE(
      11,
      """
      SELECT format('%s became READY from %s of %s, in failover %s', c.gitlab_schema, (c.before).state,
                    coalesce((c.before).failover_id::text, 'no failover'), (c.after).failover_id)
        FROM audit.owner_changes AS c
       WHERE (c.after).state = 'READY' AND (c.before).state <> 'READY' AND NOT bbm.is_shared(c.gitlab_schema)
         AND ((c.before).state <> 'FENCED' OR (c.before).failover_id IS DISTINCT FROM (c.after).failover_id)
      """),

  DECIDED_ON_THE_FENCES_TIMELINE(
      12,
      """
      SELECT format('failover %s was committed on timeline %s, fenced on %s', d.failover_id, d.timeline, f.timeline)
        FROM audit.decisions AS d
        JOIN audit.owner_changes AS f ON (f.after).failover_id = d.failover_id AND (f.after).state = 'FENCED'
       WHERE d.after = 'COMMIT' AND d.before IS NULL AND d.timeline <> f.timeline AND f.id = (
             SELECT min(g.id) FROM audit.owner_changes AS g WHERE (g.after).failover_id = d.failover_id AND (g.after).state = 'FENCED')
         AND NOT EXISTS ( -- the adopted copy repeats the word when it becomes active
             SELECT FROM audit.owner_changes AS a WHERE (a.after).failover_id = d.failover_id AND (a.after).state = 'READY')
      """),

  A_SUB_BATCH_KEEPS_TO_ITS_TABLE(
      14,
      """
      SELECT format('%s moved a job of %s and wrote to %s', v.by, v.table_name, w.table_name)
        FROM audit.moves AS v
        JOIN audit.writes AS w ON w.xid = v.xid
       WHERE w.table_name <> v.table_name
      """),

  ONE_RUN_OF_A_RANGE(
      16,
      """
      SELECT format('the range of %s after %s was done %s times', v.table_name, v.before, count(*))
        FROM audit.moves AS v
       GROUP BY v.uid, v.table_name, v.before
      HAVING count(*) > 1
      """),

  NOTHING_FROM_A_DEAD_BRANCH(
      20,
      """
      SELECT format('%s has work of timeline %s', v.table_name, v.timeline)
        FROM (SELECT DISTINCT m.table_name, m.timeline FROM audit.moves AS m) AS v
       WHERE NOT pg_is_in_recovery() AND v.timeline NOT IN (SELECT l.timeline FROM audit.lineage() AS l (timeline))
      """),

  NO_WORK_ON_WHAT_HAS_LEFT(
      22,
      """
      SELECT format('%s moved job %s of %s, which was %s', v.by, v.job_id, v.table_name, bbm.status_name(s.after))
        FROM audit.moves AS v
       CROSS JOIN LATERAL (SELECT t.after FROM audit.states AS t WHERE t.uid = v.uid AND t.at < v.at ORDER BY t.id DESC LIMIT 1) AS s
       WHERE s.after IN (7, 8, 9)
      """);

  private final int invariant;
  private final String query;

  ServerChecks(int invariant, String query) {
    this.invariant = invariant;
    this.query = query;
  }

  /** Of all checks, in one server. */
  static List<Violation> in(Observed server) {
    return Arrays.stream(values()).flatMap(check -> check.violations(server)).toList();
  }

  private Stream<Violation> violations(Observed server) {
    return queries()
        .flatMap(sql -> server.rows(sql).stream())
        .map(what -> new Violation(invariant, server.name(), what));
  }

  /** One for each table, where it names one. */
  private Stream<String> queries() {
    return query.contains("TABLE ") || query.contains("'TABLE'")
        ? Arrays.stream(CountedTable.values()).map(it -> query.replace("TABLE", it.table()))
        : Stream.of(query);
  }
}
