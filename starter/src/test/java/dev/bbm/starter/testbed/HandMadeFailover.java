package dev.bbm.starter.testbed;

/**
 * A failover of gitlab_ci as a person would make it by psql, step by step: the checks are tried on
 * what it leaves, whatever the workflow does.
 */
final class HandMadeFailover {

  static final String ID = "0197a000-0000-7000-8000-000000000001";

  private final FailoverPair pair;

  HandMadeFailover(FailoverPair pair) {
    this.pair = pair;
  }

  void run() {
    label();
    fence();
    pair.awaitCaughtUp();
    pair.standbyLevers().promote();
    adopt();
    retire();
    decide();
    activate();
  }

  private void label() {
    pair.onPrimary()
        .execute(
            """
            UPDATE bbm.batched_background_migrations AS m SET status = 8
             WHERE bbm.schema_of_table(m.table_name) IS NULL
            """,
            """
            UPDATE bbm.batched_background_migrations AS m SET gitlab_schema = bbm.schema_of_table(m.table_name)
             WHERE m.gitlab_schema <> bbm.schema_of_table(m.table_name)
            """);
  }

  private void fence() {
    pair.onPrimary()
        .execute(
            """
            UPDATE bbm.schema_ownership SET drain_until = now() + interval '1 minute' WHERE gitlab_schema = 'gitlab_ci'
            """,
            """
            WITH journal AS (
                INSERT INTO bbm.failovers (id, from_database, to_database) VALUES ('%1$s', 'main', 'ci')
            )
            UPDATE bbm.schema_ownership
               SET state = 'FENCED', epoch = epoch + 1, drain_until = NULL, failover_id = '%1$s'
             WHERE gitlab_schema = 'gitlab_ci' AND state = 'ACTIVE'
            """
                .formatted(ID));
  }

  private void adopt() {
    pair.onStandby()
        .execute(
            """
            DO $$
            DECLARE
                new_place uuid := gen_random_uuid();
            BEGIN
                DELETE FROM bbm.database_identity WHERE database_name <> 'ci';
                UPDATE bbm.database_identity SET place = new_place, names_ids = true;
                UPDATE bbm.schema_ownership
                   SET state = CASE gitlab_schema WHEN 'gitlab_main' THEN 'RETIRED' ELSE 'READY' END,
                       place = new_place, timeline = bbm.current_timeline(), failover_id = '%1$s';
                UPDATE bbm.batched_background_migrations
                   SET status = 9, status_before_failover = status, failover_id = '%1$s'
                 WHERE gitlab_schema = 'gitlab_main' AND status IN (0, 1, 4, 5);
                UPDATE bbm.batched_background_migration_jobs SET claim = NULL;
                PERFORM setval(pg_get_serial_sequence('bbm.batched_background_migrations', 'id'), 1000000);
                PERFORM setval(pg_get_serial_sequence('bbm.batched_background_migration_jobs', 'id'), 1000000);
            END
            $$
            """
                .formatted(ID));
  }

  private void retire() {
    pair.onPrimary()
        .execute(
            """
            WITH moved AS (
                UPDATE bbm.batched_background_migrations
                   SET status = 7, status_before_failover = status, failover_id = '%1$s'
                 WHERE gitlab_schema = 'gitlab_ci' AND status IN (0, 1, 4, 5)
            )
            UPDATE bbm.schema_ownership SET state = 'RETIRED' WHERE gitlab_schema = 'gitlab_ci' AND failover_id = '%1$s'
            """
                .formatted(ID));
  }

  private void decide() {
    pair.onPrimary()
        .execute("UPDATE bbm.failovers SET decision = 'COMMIT' WHERE id = '%s'".formatted(ID));
  }

  private void activate() {
    pair.onStandby()
        .execute(
            """
            UPDATE bbm.schema_ownership SET state = 'ACTIVE', epoch = epoch + 1 WHERE state = 'READY'
            """);
  }
}
