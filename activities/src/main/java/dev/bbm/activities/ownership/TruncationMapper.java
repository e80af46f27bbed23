package dev.bbm.activities.ownership;

import java.util.List;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.jspecify.annotations.Nullable;

/** Truncation of legacy tables; the rules are functions of schema {@code bbm}. */
public interface TruncationMapper {

  /**
   * The stages in their order; none when there is no legacy table. Raises NOT_WRITE_LOCKED,
   * REFERENCED_FROM_OUTSIDE, UNKNOWN_TABLE or INVALID_OPTION.
   */
  @Select(
      """
      SELECT p.stage, array_to_string(p.tables, ', ') AS tables, cardinality(p.tables) AS table_count,
             array_to_string(p.gitlab_schemas, ', ') AS gitlab_schemas, to_json(p.relations::bigint[])::text AS relations,
             p.bytes, p.statements
        FROM bbm.truncation_plan(#{configured}::jsonb, #{untilTable}, #{minBatchSize}) AS p
       ORDER BY p.stage
      """)
  List<TruncationStage> plan(
      @Param("configured") String configured,
      @Param("untilTable") @Nullable String untilTable,
      @Param("minBatchSize") int minBatchSize);

  /** Truncates what a stage names, waiting so many milliseconds for each lock. */
  @Select(
      """
      SELECT bbm.truncate_stage(
                 #{configured}::jsonb, ARRAY(SELECT r::bigint::oid FROM jsonb_array_elements_text(#{relations}::jsonb) AS r),
                 make_interval(secs => #{patience} / 1000.0))
      """)
  Object truncate(
      @Param("configured") String configured,
      @Param("relations") String relations,
      @Param("patience") long patience);
}
