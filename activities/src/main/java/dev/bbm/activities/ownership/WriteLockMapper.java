package dev.bbm.activities.ownership;

import java.util.List;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.jspecify.annotations.Nullable;

/**
 * Write locks; the rules are functions of schema {@code bbm}. How long to wait for a table is in
 * milliseconds.
 */
public interface WriteLockMapper {

  /** Every table, with where it lives and its lock. */
  @Select(
      """
      SELECT l.relation::bigint AS relation, l.table_schema, l.table_name, l.gitlab_schema, l.home, l.locked, l.triggered, l.due
        FROM bbm.write_locks(#{configured}::jsonb) AS l
       ORDER BY l.table_schema, l.table_name
      """)
  List<WriteLock> list(@Param("configured") String configured);

  /** Every table of a gitlab_schema that not every place has, whoever owns it. */
  @Select(
      """
      SELECT l.relation::bigint AS relation, l.table_schema, l.table_name, l.gitlab_schema, l.home, l.locked, l.triggered, l.due
        FROM bbm.write_locks('{}') AS l
       WHERE l.gitlab_schema IS NOT NULL AND NOT bbm.is_everywhere(l.gitlab_schema)
       ORDER BY l.table_schema, l.table_name
      """)
  List<WriteLock> listClassified();

  /** Locks the table for a failover; refused where its schema lives here. */
  @Select(
      """
      SELECT bbm.lock_table_in_failover(#{failover}::uuid, #{table.gitlabSchema}, #{table.relation}::bigint::oid,
                                        make_interval(secs => #{patience} / 1000.0))
      """)
  boolean lockInFailover(
      @Param("failover") String failover,
      @Param("table") WriteLock table,
      @Param("patience") long patience);

  /** Unlocks the table for a failover, unless another one has stopped its schema. */
  @Select(
      """
      SELECT bbm.unlock_table_in_failover(#{failover}::uuid, #{table.gitlabSchema}, #{table.relation}::bigint::oid,
                                          make_interval(secs => #{patience} / 1000.0))
      """)
  boolean unlockInFailover(
      @Param("failover") String failover,
      @Param("table") WriteLock table,
      @Param("patience") long patience);

  /**
   * Locks or unlocks many tables for a failover in one transaction; the oids of those that were
   * busy, as a JSON array.
   */
  @Select(
      """
      SELECT bbm.change_locks_in_failover(#{failover}::uuid, #{lock}, #{tables}::jsonb, make_interval(secs => #{patience} / 1000.0))::text
      """)
  String changeInFailover(
      @Param("failover") String failover,
      @Param("lock") boolean lock,
      @Param("tables") String tables,
      @Param("patience") long patience);

  /** The oids of all tables, as a migration begins. */
  @Select("SELECT c.oid::bigint FROM pg_catalog.pg_class AS c WHERE c.relkind IN ('r', 'p')")
  List<Long> listRelations();

  /** Locks the table if it lives elsewhere; whether it was unlocked before. */
  @Select(
      """
      SELECT bbm.lock_if_due(#{configured}::jsonb, #{relation}::bigint::oid, make_interval(secs => #{patience} / 1000.0))
      """)
  boolean lockIfDue(
      @Param("configured") String configured,
      @Param("relation") long relation,
      @Param("patience") long patience);

  /** Unlocks the table, whatever is due; whether it was locked. */
  @Select(
      """
      SELECT bbm.unlock_table(#{relation}::bigint::oid, make_interval(secs => #{patience} / 1000.0))
      """)
  boolean unlock(@Param("relation") long relation, @Param("patience") long patience);

  /** Raises OWNERSHIP_LOST while a failover is undecided. */
  @Select("SELECT bbm.refuse_in_failover()")
  Object refuseInFailover();

  /** How long PostgreSQL lets somebody wait before it cancels an autovacuum for him. */
  @Select(
      "SELECT s.setting::bigint FROM pg_catalog.pg_settings AS s WHERE s.name = 'deadlock_timeout'")
  long loadDeadlockTimeout();

  /** Who holds a lock on the table that a trigger has to wait for; empty text for nobody. */
  @Select(
      """
      SELECT coalesce(string_agg(DISTINCT format('process %s (%s)', a.pid, CASE a.backend_type
                 WHEN 'client backend' THEN coalesce(nullif(a.application_name, ''), a.usename::text) ELSE a.backend_type END), ', '), '')
        FROM pg_catalog.pg_locks AS l
        JOIN pg_catalog.pg_database AS d ON d.oid = l.database AND d.datname = current_database()
        JOIN pg_catalog.pg_stat_activity AS a ON a.pid = l.pid
       WHERE l.relation = #{relation}::bigint::oid AND l.granted AND l.pid <> pg_backend_pid()
         AND (#{readersToo} OR l.mode NOT IN ('AccessShareLock', 'RowShareLock'))
      """)
  String listHolders(@Param("relation") long relation, @Param("readersToo") boolean readersToo);

  /** One look of the monitor; records what has changed since the last. */
  @Select(
      """
      SELECT w.table_schema, w.table_name, w.gitlab_schema, w.is_new
        FROM bbm.watch_write_locks(#{configured}::jsonb, #{by}) AS w
      """)
  List<UnlockedTable> watch(
      @Param("configured") String configured, @Param("by") @Nullable String by);

  /** Records who locked or unlocked how many tables. */
  @Select("SELECT bbm.record_event(NULL, NULL, #{kind}, #{by}, #{reason}, #{number})")
  Object recordEvent(
      @Param("kind") String kind,
      @Param("by") @Nullable String by,
      @Param("reason") String reason,
      @Param("number") int number);
}
