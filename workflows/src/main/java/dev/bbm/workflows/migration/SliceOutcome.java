package dev.bbm.workflows.migration;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Instant;

/** How a slice ended, with the migration as it stood then. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = SliceOutcome.Advanced.class, name = "advanced"),
  @JsonSubTypes.Type(value = SliceOutcome.Waiting.class, name = "waiting"),
  @JsonSubTypes.Type(value = SliceOutcome.Held.class, name = "held"),
  @JsonSubTypes.Type(value = SliceOutcome.LaneDone.class, name = "laneDone"),
  @JsonSubTypes.Type(value = SliceOutcome.Stopped.class, name = "stopped")
})
public sealed interface SliceOutcome {

  /** The migration at the end of the slice. */
  MigrationView view();

  /** Its time was over, or its job failed; there is more to do at once. */
  record Advanced(MigrationView view) implements SliceOutcome {}

  /** The interval of the lane's last job is still running. */
  record Waiting(MigrationView view, Instant notBefore) implements SliceOutcome {}

  /**
   * A signal, a limit or another migration says stop; asked again when the row changes, or after 60
   * s.
   */
  record Held(MigrationView view, String reason) implements SliceOutcome {
    public Held {
      reason = Reason.cut(reason, Reason.MESSAGE);
    }
  }

  /** Nothing is left for this lane; another one is still busy. */
  record LaneDone(MigrationView view) implements SliceOutcome {}

  /** The migration is not active any more. */
  record Stopped(MigrationView view) implements SliceOutcome {}
}
