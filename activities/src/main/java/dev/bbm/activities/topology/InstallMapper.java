package dev.bbm.activities.topology;

import java.util.List;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;
import org.jspecify.annotations.Nullable;

/** What {@code init} and a worker's start write beside the schema itself. */
public interface InstallMapper {

  /** Whether schema bbm is there with its tables. */
  @Select("SELECT to_regclass('bbm.batched_background_migrations') IS NOT NULL")
  boolean isInstalled();

  /** Whether schema bbm is only a {@link SchemaStub}. */
  @Select(
      "SELECT coalesce(obj_description(to_regnamespace('bbm'), 'pg_namespace') = 'stub of bbm', false)")
  boolean isStub();

  /** Schemas are given as a JSON array of names. */
  @Select(
      """
      SELECT bbm.install_ownership(
                 #{database}, #{namesIds}, ARRAY(SELECT jsonb_array_elements_text(#{schemas}::jsonb)), #{timelineCheck})
      """)
  @Nullable Object installOwnership(
      @Param("database") String database,
      @Param("namesIds") boolean namesIds,
      @Param("schemas") String schemas,
      @Param("timelineCheck") boolean timelineCheck);

  /** Where the dictionary is written, for messages. */
  @Select("SELECT bbm.write_dictionary_source(#{path}, #{isFolder})")
  @Nullable Object writeDictionarySource(
      @Param("path") String path, @Param("isFolder") boolean isFolder);

  /** Every gitlab_schema that exists, as a JSON array; replaces what was there. */
  @Update(
      """
      WITH given AS (
          SELECT g.name FROM jsonb_array_elements_text(#{schemas}::jsonb) AS g (name)
      ), gone AS (
          DELETE FROM bbm.gitlab_schemas AS s WHERE s.name NOT IN (SELECT g.name FROM given AS g)
      )
      INSERT INTO bbm.gitlab_schemas (name)
      SELECT g.name FROM given AS g
          ON CONFLICT (name) DO NOTHING
      """)
  int writeGitlabSchemas(@Param("schemas") String schemas);

  /**
   * The tables that exist, or those that once did, as one JSON object, table to gitlab_schema;
   * replaces what was there of that kind.
   */
  @Update(
      """
      WITH given AS (
          SELECT d.key AS table_name, d.value AS gitlab_schema FROM jsonb_each_text(#{tables}::jsonb) AS d
      ), gone AS (
          DELETE FROM bbm.table_schemas AS t
           WHERE t.deleted = #{deleted} AND NOT EXISTS (SELECT FROM given AS g WHERE g.table_name = t.table_name)
      )
      INSERT INTO bbm.table_schemas AS t (table_name, gitlab_schema, deleted)
      SELECT g.table_name, g.gitlab_schema, #{deleted} FROM given AS g
          ON CONFLICT (table_name) DO UPDATE SET gitlab_schema = excluded.gitlab_schema, deleted = excluded.deleted
       WHERE t.gitlab_schema <> excluded.gitlab_schema OR t.deleted <> excluded.deleted
      """)
  int writeDictionary(@Param("tables") String tables, @Param("deleted") boolean deleted);

  /**
   * Job classes as a JSON array of objects with the columns of bbm.job_classes; adds and changes,
   * never removes.
   */
  @Update(
      """
      INSERT INTO bbm.job_classes AS c (name, kind, arguments, scope, alias, strategy, operation, feature_category, touches, verify, hash)
      SELECT g.name, g.kind, g.arguments, g.scope, g.alias, g.strategy, g.operation, g.feature_category,
             ARRAY(SELECT jsonb_array_elements_text(g.touches)), g.verify, g.hash
        FROM jsonb_to_recordset(#{classes}::jsonb) AS g (
                 name text, kind text, arguments jsonb, scope text, alias text, strategy text, operation text,
                 feature_category text, touches jsonb, verify text, hash text)
          ON CONFLICT (name) DO UPDATE
         SET kind = excluded.kind, arguments = excluded.arguments, scope = excluded.scope, alias = excluded.alias,
             strategy = excluded.strategy, operation = excluded.operation, feature_category = excluded.feature_category,
             touches = excluded.touches, verify = excluded.verify, hash = excluded.hash, loaded_at = clock_timestamp()
       WHERE c.hash <> excluded.hash
      """)
  int writeJobClasses(@Param("classes") String classes);

  /**
   * Ordinary and partitioned tables outside system schemas and schema bbm, for a first dictionary;
   * partitions left out.
   */
  @Select(
      """
      SELECT c.relname
        FROM pg_catalog.pg_class AS c
        JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
       WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
         AND n.nspname NOT IN ('bbm', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%'
       ORDER BY c.relname
      """)
  List<String> listTables();

  /** Version, whether it is a standby, and what the role may do. */
  @Select(
      """
      SELECT current_setting('server_version') AS version, current_setting('server_version_num')::integer AS version_number,
             pg_is_in_recovery() AS standby, session_user AS role, current_database() AS database_name,
             has_database_privilege(current_database(), 'CREATE') AS may_create_schema
      """)
  ServerProbe probe();

  /**
   * The WAL file that is written now, which names the timeline; refused where a provider hides it.
   */
  @Select("SELECT pg_walfile_name(pg_current_wal_lsn())")
  String loadWalFile();
}
