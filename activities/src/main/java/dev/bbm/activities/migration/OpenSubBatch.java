package dev.bbm.activities.migration;

import dev.bbm.activities.ownership.OwnershipToken;

/**
 * What an attempt shows to bbm.open_sub_batch: which job, by which claim, from which cursor, as
 * which owner.
 */
public record OpenSubBatch(long job, String claim, String cursor, OwnershipToken token) {

  /** Opens the transaction; what follows in the same message is not reached when it raises. */
  public static final String CALL =
      """
      CALL bbm.open_sub_batch(
               #{open.job}::bigint, #{open.claim}::text, #{open.cursor}::jsonb,
               #{open.token.gitlabSchema}::text, #{open.token.database}::text, #{open.token.epoch}::bigint, #{open.token.place}::uuid);
      """;
}
