package dev.bbm.activities.topology;

import java.util.Optional;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;

/** Tells which configured names lead to one physical database. Changes nothing. */
public interface PlaceMapper {

  /** Whether the server takes writes. */
  @Select("SELECT current_setting('transaction_read_only')::boolean OR pg_is_in_recovery()")
  boolean isReadOnly();

  /** What is written into this database; empty where nothing is. Schema bbm must be there. */
  @Select(
      """
      SELECT i.place::text AS place, string_agg(i.database_name, ',' ORDER BY i.database_name) AS names,
             EXISTS (SELECT FROM bbm.schema_ownership AS o WHERE o.state = 'ACTIVE' AND o.place = i.place) AS active,
             (SELECT coalesce(string_agg(o.gitlab_schema, ',' ORDER BY o.gitlab_schema), '')
                FROM bbm.schema_ownership AS o
               WHERE o.state = 'ACTIVE' AND o.place = i.place AND NOT bbm.is_everywhere(o.gitlab_schema)) AS owned,
             (SELECT coalesce(string_agg(o.gitlab_schema, ',' ORDER BY o.gitlab_schema), '') FROM bbm.schema_ownership AS o) AS known
        FROM bbm.database_identity AS i
       GROUP BY i.place
       LIMIT 1
      """)
  Optional<WrittenPlace> findPlace();

  /**
   * Holds a key until the transaction ends. Transaction-level, so that it works through a pooler;
   * of one bigint, a space of its own beside the ownership keys.
   */
  @Select("SELECT pg_advisory_xact_lock(#{key})")
  Object holdKey(@Param("key") long key);

  /** False when a transaction of this same database on this same server holds the key. */
  @Select("SELECT pg_try_advisory_xact_lock_shared(#{key})")
  boolean mayShareKey(@Param("key") long key);
}
