package dev.bbm.activities.failover;

import dev.bbm.workflows.failover.MigrationAtFailover;
import dev.bbm.workflows.failover.SchemaEntry;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.jspecify.annotations.Nullable;

/**
 * Ownership rows, the journal and the migrations, as the steps of a failover read and write them.
 * Lists are given as JSON arrays.
 */
public interface FailoverMapper {

  /**
   * For this transaction: how long a statement may wait, and that a server which commits
   * synchronously answers when its standby shows what was written.
   */
  @Select(
      """
      SELECT set_config('statement_timeout', #{milliseconds} || 'ms', true),
             CASE WHEN current_setting('synchronous_standby_names') <> '' AND current_setting('synchronous_commit') NOT IN ('off', 'local')
                  THEN set_config('synchronous_commit', 'remote_apply', true) END
      """)
  Map<String, Object> beginStep(@Param("milliseconds") long milliseconds);

  /** Takes the exclusive keys in name order; on a standby too, where nobody else does. */
  @Select(
      "SELECT bbm.lock_ownership_keys(ARRAY(SELECT jsonb_array_elements_text(#{schemas}::jsonb)))")
  Object lockKeys(@Param("schemas") String schemas);

  /** The server's own timeline is 0 in recovery. */
  @Select(
      """
      SELECT pg_is_in_recovery() AS in_recovery,
             CASE WHEN pg_is_in_recovery() THEN 0 ELSE bbm.current_timeline() END AS timeline,
             f.id IS NOT NULL AS journaled, f.decision, coalesce(f.rolled_back, false) AS rolled_back
        FROM (SELECT 1) AS one
        LEFT JOIN bbm.failovers AS f ON f.id = #{failover}::uuid
      """)
  ServerRow loadServer(@Param("failover") String failover);

  /** Every ownership row. */
  @Select(
      """
      SELECT o.gitlab_schema, o.owner_database, o.epoch, o.state, o.place::text AS place, o.timeline, o.failover_id::text AS failover_id
        FROM bbm.schema_ownership AS o
       ORDER BY o.gitlab_schema
      """)
  List<SchemaEntry> listEntries();

  /** Compare-and-set; raises when a row is not as the step has read it. */
  @Select("SELECT bbm.write_ownership(#{failover}::uuid, #{rows}::jsonb)")
  Object writeOwnership(@Param("failover") String failover, @Param("rows") String rows);

  /** Opens the journal, unless another failover is undecided. */
  @Select(
      """
      SELECT bbm.open_failover(#{id}::uuid, #{from}, #{to}, ARRAY(SELECT jsonb_array_elements_text(#{moved}::jsonb)), #{request}::jsonb)
      """)
  Object open(JournalRow row);

  /** The journal's word; raises when the other one is there. */
  @Select(
      """
      SELECT bbm.write_decision(#{row.id}::uuid, #{row.from}, #{row.to}, ARRAY(SELECT jsonb_array_elements_text(#{row.moved}::jsonb)),
                                #{row.request}::jsonb, #{decision}, #{reason})
      """)
  Object writeDecision(
      @Param("row") JournalRow row,
      @Param("decision") String decision,
      @Param("reason") @Nullable String reason);

  /** Says in the journal that the decision was taken back. */
  @Select(
      """
      UPDATE bbm.failovers SET rolled_back = true, reason = coalesce(#{reason}, reason) WHERE id = #{failover}::uuid RETURNING id::text
      """)
  Optional<String> markRolledBack(
      @Param("failover") String failover, @Param("reason") @Nullable String reason);

  /** Records a step that has ended; nothing where there is no journal. */
  @Select(
      """
      INSERT INTO bbm.failover_steps (failover_id, step, began_at, outcome, by)
      SELECT f.id, #{step}, #{began}, #{outcome}, #{by} FROM bbm.failovers AS f WHERE f.id = #{failover}::uuid
      RETURNING id
      """)
  Optional<Long> recordStep(
      @Param("failover") String failover,
      @Param("step") String step,
      @Param("began") Instant began,
      @Param("outcome") String outcome,
      @Param("by") String by);

  /** Notes how far each unfinished migration is; the first note stays. */
  @Select(
      """
      SELECT bbm.note_migrations(#{failover}::uuid, #{at}, ARRAY(SELECT jsonb_array_elements_text(#{schemas}::jsonb)))
      """)
  Object noteMigrations(
      @Param("failover") String failover, @Param("at") String at, @Param("schemas") String schemas);

  /** What was noted. */
  @Select(
      """
      SELECT n.uid::text AS uid, n.display_id AS id, n.gitlab_schema, n.job_class_name, n.table_name, n.column_name, n.status,
             n.cursor::text AS cursor, n.rows, n.jobs
        FROM bbm.failover_migrations AS n
       WHERE n.failover_id = #{failover}::uuid AND n.at = #{at}
       ORDER BY n.display_id
      """)
  List<MigrationAtFailover> listNoted(@Param("failover") String failover, @Param("at") String at);

  /** Step 1; each change as a sentence. */
  @Select("SELECT * FROM bbm.label_migrations(#{failover}::uuid, #{by})")
  List<String> labelMigrations(@Param("failover") String failover, @Param("by") String by);

  /** Step 2. */
  @Select(
      """
      SELECT bbm.begin_drain(#{failover}::uuid, ARRAY(SELECT jsonb_array_elements_text(#{schemas}::jsonb)), make_interval(secs => #{seconds}))
      """)
  Object beginDrain(
      @Param("failover") String failover,
      @Param("schemas") String schemas,
      @Param("seconds") double seconds);

  /** Ends it, on a way back. */
  @Select(
      """
      SELECT bbm.end_drain(#{failover}::uuid, ARRAY(SELECT jsonb_array_elements_text(#{schemas}::jsonb)))
      """)
  Object endDrain(@Param("failover") String failover, @Param("schemas") String schemas);

  /** How many jobs of the schemas an attempt holds now. */
  @Select(
      """
      SELECT count(*)
        FROM bbm.batched_background_migration_jobs AS j
        JOIN bbm.batched_background_migrations AS m ON m.id = j.batched_background_migration_id
       WHERE m.gitlab_schema IN (SELECT jsonb_array_elements_text(#{schemas}::jsonb))
         AND j.status = 1 AND j.claim IS NOT NULL
      """)
  long countClaimed(@Param("schemas") String schemas);

  /**
   * Ends bbm's own sessions that hold up the exclusive keys; of nobody else, and none of a
   * coordinator.
   */
  @Select(
      """
      SELECT count(pg_terminate_backend(a.pid))
        FROM pg_catalog.pg_stat_activity AS a
       WHERE a.datname = current_database()
         AND a.application_name LIKE 'bbm/%' AND a.application_name NOT LIKE 'bbm/failover%'
         AND a.pid IN (SELECT l.pid FROM pg_catalog.pg_locks AS l
                        WHERE l.locktype = 'advisory' AND l.classid = 7771 AND l.granted
                          AND l.objid::bigint IN (SELECT bbm.ownership_key(s.name)::bigint & 4294967295
                                                    FROM jsonb_array_elements_text(#{schemas}::jsonb) AS s (name)))
      """)
  long terminateHolders(@Param("schemas") String schemas);

  /** Up to where everything that is committed is on disk. */
  @Select("SELECT pg_current_wal_flush_lsn()::text")
  String loadFlushedPosition();

  /** How far the standby is. */
  @Select(
      """
      SELECT pg_is_in_recovery() AS in_recovery,
             coalesce(pg_is_in_recovery() AND pg_last_wal_replay_lsn() >= #{position}::pg_lsn, false) AS caught_up,
             (SELECT r.received_tli FROM pg_catalog.pg_stat_wal_receiver AS r) AS received_timeline
      """)
  StandbyRow loadStandby(@Param("position") String position);

  /**
   * Asks this server to promote itself and does not wait: pg_promote looks only each 100 ms whether
   * it has. False when it could not be asked.
   */
  @Select("SELECT CASE WHEN pg_is_in_recovery() THEN pg_promote(false) ELSE true END")
  boolean askToPromote();

  /** Sets aside what goes on elsewhere. */
  @Select(
      """
      SELECT bbm.transfer_migrations(#{failover}::uuid, ARRAY(SELECT jsonb_array_elements_text(#{schemas}::jsonb)), #{to})
      """)
  int transferMigrations(
      @Param("failover") String failover, @Param("schemas") String schemas, @Param("to") String to);

  /** How many were set aside. */
  @Select(
      """
      SELECT count(*) FROM bbm.batched_background_migrations AS m WHERE m.failover_id = #{failover}::uuid AND m.status = 7
      """)
  int countTransferred(@Param("failover") String failover);

  /** Brings back what was set aside. */
  @Select("SELECT bbm.bring_migrations_back(#{failover}::uuid, #{by})")
  int bringMigrationsBack(@Param("failover") String failover, @Param("by") String by);

  /** Makes the copy a place of its own. */
  @Select("SELECT bbm.settle_on_copy(#{failover}::uuid, #{to}, #{place}::uuid)")
  int settleOnCopy(
      @Param("failover") String failover, @Param("to") String to, @Param("place") String place);

  /** Ends what ran on a copy that is given up. */
  @Select("SELECT bbm.give_up_copy(#{failover}::uuid, #{by})")
  Object giveUpCopy(@Param("failover") String failover, @Param("by") String by);

  /** Hands out no id again that the copy may have handed out. */
  @Select("SELECT bbm.skip_ids(#{count})")
  Object skipIds(@Param("count") int count);

  /** Deletes so many rows that were set aside; 0 when none is left. */
  @Select("SELECT bbm.cleanup_failover(#{failover}::uuid, #{limit})")
  int cleanUp(@Param("failover") String failover, @Param("limit") int limit);
}
