package dev.bbm.starter.command;

import dev.bbm.activities.topology.DatabaseSettings;
import dev.bbm.starter.config.Surroundings;
import dev.bbm.starter.topology.ConfigurationCheck;
import dev.bbm.starter.topology.ConfigurationReport;
import dev.bbm.starter.topology.Finding;
import jakarta.inject.Singleton;
import java.io.PrintWriter;
import java.util.List;

/** Refuses a configuration that contradicts the databases, before a command changes them. */
@Singleton
final class ConfigurationGuard {

  /** 0 turns errors to warnings, as GitLab's variable of that name does. */
  static final String SWITCH = "BBM_VALIDATE_DATABASE_CONFIG";

  private final Databases databases;
  private final Surroundings surroundings;

  ConfigurationGuard(Databases databases, Surroundings surroundings) {
    this.databases = databases;
    this.surroundings = surroundings;
  }

  /**
   * Prints warnings to {@code err} and throws INVALID_CONFIGURATION for errors; with {@code
   * warnOnly} or the environment's switch errors are printed as warnings too.
   */
  void require(boolean warnOnly, PrintWriter err) {
    judge(look(), warnOnly, err);
  }

  /** Throws INVALID_CONFIGURATION for errors, and is silent of warnings. */
  void requireNoErrors() {
    if (!isSwitchedOff()) {
      look().requireNoErrors();
    }
  }

  /** The same of what {@link #look} found. */
  void judge(ConfigurationReport report, boolean warnOnly, PrintWriter err) {
    boolean lenient = warnOnly || isSwitchedOff();
    List<Finding> printed = lenient ? report.findings() : report.warnings();
    printed.forEach(finding -> {
      err.println("warning: " + finding.message());
      err.println("hint: " + finding.remedy());
    });
    err.flush();
    if (!lenient) {
      report.requireNoErrors();
    }
  }

  /** Looks only. */
  ConfigurationReport look() {
    return ConfigurationCheck.of(
        databases.settings().databases().stream()
            .map(DatabaseSettings::name)
            .map(databases::openAnyway)
            .toList());
  }

  private boolean isSwitchedOff() {
    return surroundings
        .variable(SWITCH)
        .filter(value -> value.matches("0|false|no|off"))
        .isPresent();
  }
}
