package dev.bbm.workflows.failover;

import java.util.List;

/**
 * One check before or after a failover.
 *
 * @param code P1 to P13 before, C1 to C9 after: failover-protocol.md, sections 3.4 and 3.6
 * @param title what is checked, in a few words
 * @param problems why it fails, each one sentence with what to do; empty where it passes
 * @param note what was found where it passes, or what was not looked at
 */
public record CheckResult(
    String code, String title, boolean passed, List<String> problems, String note) {

  public CheckResult {
    problems = List.copyOf(problems);
  }

  /** It passes. */
  public static CheckResult passed(String code, String title, String note) {
    return new CheckResult(code, title, true, List.of(), note);
  }

  /** It passes where there is no problem. */
  public static CheckResult of(String code, String title, List<String> problems, String note) {
    return new CheckResult(code, title, problems.isEmpty(), problems, note);
  }
}
