package dev.bbm.starter.testbed;

/**
 * Something that must never be seen.
 *
 * @param invariant its number in the list of invariants
 * @param where the server, or both
 */
public record Violation(int invariant, String where, String what) {

  @Override
  public String toString() {
    return "invariant %d on %s: %s".formatted(invariant, where, what);
  }
}
