package dev.bbm.starter.topology;

import java.util.List;

/**
 * What one other configured server says about taking over a promoted one.
 *
 * @param moved the gitlab_schemas that it owns by a failover of which this place has lost the
 *     decision
 */
public record Witness(
    String database, String server, Verdict verdict, String says, List<String> moved) {

  public Witness {
    moved = List.copyOf(moved);
  }

  /** What follows from it. */
  public enum Verdict {
    /** Nothing speaks against the takeover. */
    FINE,
    /** Workers do not take over by themselves; a person may. */
    PERSON_DECIDES,
    /** Nobody takes over. */
    REFUSED
  }

  Witness(String database, String server, Verdict verdict, String says) {
    this(database, server, verdict, says, List.of());
  }

  /** The whole in words. */
  public String sentence() {
    return "%s (%s) %s".formatted(server, database, says);
  }
}
