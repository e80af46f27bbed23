package dev.bbm.starter.testbed;

import java.util.List;

/**
 * 17: what a failover's steps write, without the times. A step that runs twice, or a delayed copy
 * of an earlier step, leaves the image as it was.
 */
public record StateImage(List<String> owners, List<String> journal, List<String> migrations) {

  /** As the server shows it now. */
  public static StateImage of(Observed server) {
    return new StateImage(
        server.rows(
            """
            SELECT o.gitlab_schema, o.owner_database, o.epoch, o.state, o.place, o.timeline, o.failover_id
              FROM bbm.schema_ownership AS o ORDER BY 1
            """),
        server.rows(
            """
            SELECT f.id, f.from_database, f.to_database, f.decision FROM bbm.failovers AS f ORDER BY 1
            """),
        server.rows(
            """
            SELECT m.uid, m.id, m.gitlab_schema, m.status, m.failover_id, m.status_before_failover,
                   (SELECT string_agg(format('%s:%s:%s:%s', j.id, j.status, j.cursor, j.claim), ' ' ORDER BY j.id)
                      FROM bbm.batched_background_migration_jobs AS j
                     WHERE j.batched_background_migration_id = m.id)
              FROM bbm.batched_background_migrations AS m ORDER BY 1
            """));
  }
}
