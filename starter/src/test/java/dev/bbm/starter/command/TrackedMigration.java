package dev.bbm.starter.command;

import dev.bbm.activities.database.PostgresExtension;
import java.io.IOException;
import java.nio.file.Path;

/** Fixture: brings the migration main_1 of AddOne on orders, of 1,000 rows, into a state. */
final class TrackedMigration {

  private TrackedMigration() {}

  /** Installs bbm with the job class and the table; commands then run while Temporal is down. */
  static Cli installed(PostgresExtension postgres, Path folder) throws IOException {
    Installed.orders(postgres);
    Installed.jobClass(folder, "AddOne", "orders");
    Cli cli =
        new Cli(folder)
            .with("BBM_MAIN_URL", postgres.url())
            .with("TEMPORAL_ADDRESS", "127.0.0.1:1");
    Installed.init(cli);
    return cli;
  }

  /** Queued and untouched; what was there before is gone. */
  static void queued(PostgresExtension postgres) {
    postgres.execute(
        "TRUNCATE bbm.batched_background_migrations RESTART IDENTITY CASCADE",
        "SELECT bbm.queue_batched_background_migration('AddOne', 'orders', 'id', requested_by => 'ann')");
  }

  /** A job has done the first 540 keys. */
  static void underWay(PostgresExtension postgres) {
    postgres.execute(
        """
        INSERT INTO bbm.batched_background_migration_jobs (
            batched_background_migration_id, min_cursor, max_cursor, batch_size, sub_batch_size, status, attempts,
            gitlab_schema, cursor, lane, updated_tuples, started_at, updated_at)
        VALUES (1, '["0"]', '["1000"]', 1000, 100, 1, 1, 'gitlab_main', '["540"]', 0, 540,
                clock_timestamp() - interval '10 seconds', clock_timestamp())
        """);
  }

  static void finished(PostgresExtension postgres) {
    ended(postgres, 3, "finished", "NULL");
  }

  /** With the failure of its only job. */
  static void failed(PostgresExtension postgres) {
    ended(postgres, 4, "failed", "'1 jobs failed 3 times'");
    postgres.execute(
        """
        UPDATE bbm.batched_background_migration_jobs SET status = 2, attempts = 3
        """,
        """
        INSERT INTO bbm.batched_background_migration_job_transition_logs (
            batched_background_migration_job_id, previous_status, next_status, exception_class, exception_message, sqlstate)
        SELECT j.id, 1, 2, 'org.postgresql.util.PSQLException', 'integer out of range', '22003'
          FROM bbm.batched_background_migration_jobs AS j
        """);
  }

  private static void ended(PostgresExtension postgres, int status, String kind, String reason) {
    postgres.execute(
        "SELECT bbm.enter_status(1, %d::smallint, '%s', 'bbm', %s)"
            .formatted(status, kind, reason));
  }
}
