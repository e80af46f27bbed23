package dev.bbm.starter.health;

import java.util.Map;

/**
 * How a worker is.
 *
 * @param databases by name, whether each answered when it was last asked
 */
public record Health(State state, String worker, Map<String, Boolean> databases) {

  /** Where a worker stands in its own life. */
  public enum State {
    /** It waits for Temporal. */
    STARTING,
    UP,
    STOPPING
  }
}
