package dev.bbm.starter.topology;

import dev.bbm.activities.ownership.OwnershipRow;
import dev.bbm.activities.topology.Address;
import dev.bbm.workflows.failure.ApplicationException;
import java.util.List;
import java.util.Optional;

/** What one endpoint of a database said when it was looked at. */
public sealed interface EndpointView {

  /** Which one. */
  Address endpoint();

  /** It answered; without rows where schema bbm owns nothing. */
  record Answered(Address endpoint, List<OwnershipRow> rows) implements EndpointView {

    public Answered {
      rows = List.copyOf(rows);
    }

    /** What it claims to own for a database; empty where it claims nothing. */
    Optional<EndpointClaim> claimFor(String database) {
      return EndpointClaim.of(rows.stream().filter(row -> row.isClaimedBy(database)).toList());
    }
  }

  /** It did not answer, or not in time, or has no schema bbm. */
  record Silent(Address endpoint, ApplicationException why) implements EndpointView {}
}
