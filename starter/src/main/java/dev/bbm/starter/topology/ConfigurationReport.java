package dev.bbm.starter.topology;

import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What the check found.
 *
 * @param databases those that answered, in the configuration's order
 */
public record ConfigurationReport(List<FoundDatabase> databases, List<Finding> findings) {

  public ConfigurationReport {
    databases = List.copyOf(databases);
    findings = List.copyOf(findings);
  }

  /** What makes the configuration wrong. */
  public List<Finding> errors() {
    return findings.stream().filter(Finding::error).toList();
  }

  /** What could only not be checked. */
  public List<Finding> warnings() {
    return findings.stream().filter(finding -> !finding.error()).toList();
  }

  /** Throws INVALID_CONFIGURATION with every error, unless there is none. */
  public void requireNoErrors() {
    List<Finding> errors = errors();
    if (errors.isEmpty()) {
      return;
    }
    throw ApplicationException.of(
        ErrorCode.INVALID_CONFIGURATION,
        errors.size() == 1
            ? errors.getFirst().message()
            : errors.stream()
                .map(error -> "\n  " + error.message())
                .collect(Collectors.joining("", errors.size() + " errors:", "")),
        errors.stream().map(Finding::remedy).distinct().collect(Collectors.joining("; ")));
  }
}
