package dev.bbm.activities.postdeploy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A row of bbm.transaction_touches(): what locks and counters say that this transaction has done so
 * far.
 *
 * @param everywhere whether every database has tables of its schema
 * @param counts whether a sequence of the table was used
 * @param restructures whether a lock stronger than a write's is held
 * @param partners tables tied to it by foreign keys, as a JSON array of their numbers
 */
public record TouchedTable(
    long relation,
    String tableSchema,
    String tableName,
    @Nullable String gitlabSchema,
    boolean everywhere,
    boolean reads,
    boolean locksRows,
    boolean writes,
    boolean counts,
    boolean restructures,
    long scans,
    long changes,
    String partners) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** The same table before anything touched it. */
  TouchedTable untouched() {
    return new TouchedTable(
        relation,
        tableSchema,
        tableName,
        gitlabSchema,
        everywhere,
        false,
        false,
        false,
        false,
        false,
        0,
        0,
        partners);
  }

  boolean isOfBbm() {
    return tableSchema.equals("bbm");
  }

  Set<Long> partnerRelations() {
    try {
      return Set.of(JSON.readValue(partners, Long[].class));
    } catch (JsonProcessingException broken) {
      throw new IllegalStateException("no JSON array of numbers: " + partners, broken);
    }
  }
}
