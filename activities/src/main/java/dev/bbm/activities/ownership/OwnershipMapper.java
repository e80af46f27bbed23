package dev.bbm.activities.ownership;

import java.util.List;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;

/** The ownership rows of one database, and what workers do with them beside slices. */
public interface OwnershipMapper {

  /** Each schema that has a row here, with what this server says of itself. */
  @Select(
      """
      SELECT o.gitlab_schema, o.owner_database, o.epoch, o.state, o.place::text AS place, o.timeline,
             o.place = (SELECT i.place FROM bbm.database_identity AS i LIMIT 1) AS at_this_place,
             pg_is_in_recovery() AS in_recovery,
             CASE WHEN pg_is_in_recovery() THEN NULL WHEN o.timeline = 0 THEN 0 ELSE bbm.current_timeline() END AS current_timeline,
             EXISTS (SELECT FROM bbm.failovers AS f WHERE f.decision IS NULL) AS failover_undecided,
             bbm.first_name_here() AS place_name,
             CASE WHEN NOT pg_is_in_recovery() AND o.timeline <> 0 AND o.timeline <> bbm.current_timeline()
                  THEN bbm.takeover_wait(o.gitlab_schema) END AS takeover_wait
        FROM bbm.schema_ownership AS o
       ORDER BY o.gitlab_schema
      """)
  List<OwnershipRow> listOwnership();

  /** Claims rows whose workflows must hear of them; schemas as a JSON array. */
  @Select(
      """
      SELECT s.id, s.uid::text AS uid, s.gitlab_schema, s.job_class_name, s.table_name, s.column_name, s.status, s.revision, s.epoch,
             bbm.display_id(s.id) AS display_id
        FROM bbm.sweep(ARRAY(SELECT jsonb_array_elements_text(#{schemas}::jsonb)), #{database}) AS s
      """)
  List<SweptMigration> sweep(@Param("schemas") String schemas, @Param("database") String database);

  /** Takes back that a row was announced, since Temporal did not hear it. */
  @Select("SELECT bbm.unannounce(ARRAY[#{id}]::bigint[])")
  Object unannounce(@Param("id") long id);

  /**
   * The schemas that now carry this server's timeline, as a JSON array; those that moved to another
   * place, given as one, are retired.
   */
  @Select(
      """
      SELECT to_jsonb(bbm.take_over_timeline(#{database}, #{by}, ARRAY(SELECT jsonb_array_elements_text(#{moved}::jsonb))))::text
      """)
  String takeOverTimeline(
      @Param("database") String database, @Param("by") String by, @Param("moved") String moved);

  /** Tells, once per reason, why the schemas of a promoted server are not taken over yet. */
  @Select("SELECT bbm.note_takeover_wait(#{database}, #{by}, #{reason})")
  Object noteTakeoverWait(
      @Param("database") String database, @Param("by") String by, @Param("reason") String reason);

  /** Tells, once per reason, why nobody may work for a database. */
  @Select("SELECT bbm.note_alarm(#{database}, #{by}, #{reason})")
  Object noteAlarm(
      @Param("database") String database, @Param("by") String by, @Param("reason") String reason);
}
