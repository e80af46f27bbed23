package dev.bbm.activities.failover;

import java.util.List;
import java.util.Optional;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;

/** Logical replication from the copy back to the source. Lists are given as JSON arrays. */
public interface ReverseReplicationMapper {

  /** On the source: those that bring changes into the schemas' tables, or into bbm's own. */
  @Select(
      """
      SELECT s.name, s.enabled, s.slot, to_jsonb(s.publications)::text AS publications, s.may_alter, s.running
        FROM bbm.reverse_subscriptions(ARRAY(SELECT jsonb_array_elements_text(#{schemas}::jsonb))) AS s
      """)
  List<ReverseSubscription> listSubscriptions(@Param("schemas") String schemas);

  /** On the source: what the subscription does not bring, each a sentence. */
  @Select(
      """
      SELECT * FROM bbm.missing_in_subscription(#{subscription}, ARRAY(SELECT jsonb_array_elements_text(#{schemas}::jsonb)))
      """)
  List<String> listMissing(
      @Param("subscription") String subscription, @Param("schemas") String schemas);

  /** On the copy: what the publications leave out or send too much, each a sentence. */
  @Select(
      """
      SELECT * FROM bbm.missing_in_publications(ARRAY(SELECT jsonb_array_elements_text(#{publications}::jsonb)),
                                                ARRAY(SELECT jsonb_array_elements_text(#{schemas}::jsonb)))
      """)
  List<String> listUnpublished(
      @Param("publications") String publications, @Param("schemas") String schemas);

  /** On the copy: whether all up to the position is applied on the source; empty without slot. */
  @Select("SELECT bbm.slot_has_confirmed(#{slot}, #{position}::pg_lsn)")
  Optional<Boolean> hasConfirmed(@Param("slot") String slot, @Param("position") String position);

  /** On the source, for good. */
  @Select("SELECT bbm.stop_subscription(#{failover}::uuid, #{subscription})")
  Object stop(@Param("failover") String failover, @Param("subscription") String subscription);

  /** The one that a rollback has stopped. */
  @Select("SELECT f.reverse_subscription FROM bbm.failovers AS f WHERE f.id = #{failover}::uuid")
  Optional<String> findStopped(@Param("failover") String failover);
}
