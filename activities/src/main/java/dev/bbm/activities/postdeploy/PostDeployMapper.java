package dev.bbm.activities.postdeploy;

import dev.bbm.activities.migration.QueuedMigration;
import java.util.List;
import java.util.Optional;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;
import org.jspecify.annotations.Nullable;

/** What was run and skipped, and what the statements of a file touched. */
public interface PostDeployMapper {

  @Select(
      """
      SELECT h.version, h.description, h.script, h.checksum, h.installed_on, s.gitlab_schema, s.superseded_by, s.run_at
        FROM bbm.migration_history AS h
        LEFT JOIN bbm.skipped_migrations AS s ON s.version = h.version
       WHERE h.success
       ORDER BY h.installed_rank
      """)
  List<HistoryRow> listHistory();

  /** Whether a file restricted to this schema runs here. */
  @Select("SELECT bbm.lives_here(#{schema})")
  boolean livesHere(@Param("schema") String schema);

  /** The failover that is under way here; empty for none. */
  @Select("SELECT f.id::text FROM bbm.failovers AS f WHERE f.decision IS NULL")
  Optional<String> findUndecidedFailover();

  /** Marks a file as skipped for its schema, or as superseded. */
  @Select("SELECT bbm.skip_migration(#{version}, #{schema}, #{supersededBy})")
  @Nullable Object skip(
      @Param("version") String version,
      @Param("schema") @Nullable String schema,
      @Param("supersededBy") @Nullable String supersededBy);

  /** Notes that a skipped file has run after all; 0 when another process was first. */
  @Update(
      """
      UPDATE bbm.skipped_migrations AS u
         SET run_at = clock_timestamp()
       WHERE u.version = #{version} AND u.run_at IS NULL AND u.gitlab_schema IS NOT NULL
      """)
  int unskip(@Param("version") String version);

  /** Passes the gate of a schema: this transaction may change its data. */
  @Select("SELECT bbm.gate(#{schema})")
  @Nullable Object passGate(@Param("schema") String schema);

  /** Files run as psql would run them, not with schema bbm first, as Flyway sets it. */
  @Update("RESET search_path")
  int resetSearchPath();

  /** Fires the deferred constraint triggers now, where they are still seen. */
  @Update("SET CONSTRAINTS ALL IMMEDIATE")
  int fireDeferredTriggers();

  /** Whether PostgreSQL counts what a transaction does. */
  @Select("SELECT current_setting('track_counts')::boolean")
  boolean countsTransactions();

  @Select(
      """
      SELECT t.relation, t.table_schema, t.table_name, t.gitlab_schema, t.everywhere, t.reads, t.locks_rows, t.writes, t.counts, t.restructures,
             t.scans, t.changes, t.partners
        FROM bbm.transaction_touches() AS t
      """)
  List<TouchedTable> listTouchedTables();

  @Select("SELECT bbm.catalog_changes()")
  long countCatalogChanges();

  /** The number that the last batched migration of this database has; 0 for none. */
  @Select("SELECT coalesce(max(m.id), 0) FROM bbm.batched_background_migrations AS m")
  long lastMigration();

  /** Batched migrations that were queued after that one. */
  @Select(
      """
      SELECT bbm.display_id(m.id) AS id, m.status, true AS created
        FROM bbm.batched_background_migrations AS m
       WHERE m.id > #{number}
       ORDER BY m.id
      """)
  List<QueuedMigration> listQueuedAfter(@Param("number") long number);

  /** Indexes that a failed CREATE INDEX CONCURRENTLY left behind. */
  @Select(
      """
      SELECT i.indexrelid::regclass::text
        FROM pg_catalog.pg_index AS i
       WHERE NOT i.indisvalid
         AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_progress_create_index AS p WHERE p.index_relid = i.indexrelid)
       ORDER BY 1
      """)
  List<String> listInvalidIndexes();
}
