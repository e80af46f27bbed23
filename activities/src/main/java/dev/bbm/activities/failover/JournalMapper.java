package dev.bbm.activities.failover;

import java.util.List;
import java.util.Optional;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.jspecify.annotations.Nullable;

/** Reads the journal of failovers of one server; on a standby too. */
public interface JournalMapper {

  /** The failovers to a database, or all when none is given, newest first. */
  @Select(
      """
      SELECT f.id::text AS id, f.from_database, f.to_database, f.decision, f.rolled_back, f.reason, f.started_at, f.decided_at,
             EXISTS (SELECT FROM bbm.failover_steps AS s
                      WHERE s.failover_id = f.id AND s.step = 'VERIFY') AS verified,
             EXISTS (SELECT FROM bbm.failover_steps AS s
                      WHERE s.failover_id = f.id AND s.step = 'CLEANUP') AS cleaned,
             f.request::text AS request
        FROM bbm.failovers AS f
       WHERE #{to}::text IS NULL OR f.to_database = #{to}
       ORDER BY f.started_at DESC
      """)
  List<JournalEntry> listFailovers(@Param("to") @Nullable String to);

  /** Its steps in the order in which they ended. */
  @Select(
      """
      SELECT s.step, s.began_at, s.ended_at, s.outcome, s.by
        FROM bbm.failover_steps AS s
       WHERE s.failover_id = #{failover}::uuid
       ORDER BY s.id
      """)
  List<JournalStep> listSteps(@Param("failover") String failover);

  /** How many migrations it set aside here, which a cleanup deletes: transferred or stale. */
  @Select(
      """
      SELECT count(*) FROM bbm.batched_background_migrations AS m WHERE m.failover_id = #{failover}::uuid AND m.status IN (7, 9)
      """)
  long countSetAside(@Param("failover") String failover);

  /** The database to which a failover moved a migration of this place, if one did. */
  @Select(
      """
      SELECT f.to_database
        FROM bbm.failover_migrations AS n
        JOIN bbm.failovers AS f ON f.id = n.failover_id
       WHERE n.at = 'fence' AND n.display_id = bbm.display_id(#{number}) AND n.gitlab_schema = ANY (f.moved_schemas)
         AND n.status <> 'quarantined' AND f.decision = 'COMMIT' AND NOT f.rolled_back
       ORDER BY f.decided_at DESC
       LIMIT 1
      """)
  Optional<String> findMovedTo(@Param("number") long number);
}
