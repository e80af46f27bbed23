package dev.bbm.workflows.failover;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a step's rule says of a server as it is. */
public sealed interface Verdict {

  /**
   * Write these rows, and the decision if there is one, in this same transaction.
   *
   * @param rows as they shall be; others stay
   */
  record Write(List<SchemaEntry> rows, @Nullable Decision decision, boolean rolledBack)
      implements Verdict {

    public Write {
      rows = List.copyOf(rows);
    }

    static Write of(List<SchemaEntry> rows) {
      return new Write(rows, null, false);
    }
  }

  /** The step's effect is there already. */
  record Done() implements Verdict {}

  /** Not yet; ask again. */
  record Wait(String why) implements Verdict {}

  /** Never, for this failover: before the decision it aborts. */
  record Refused(String why) implements Verdict {}
}
