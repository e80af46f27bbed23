package dev.bbm.starter.command;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The options that every command has. */
public final class GlobalOptions {

  @Option(
      names = "--config",
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description = "The configuration (default: $BBM_CONFIG, else bbm.yml in this folder).")
  private @Nullable Path config;

  @Option(
      names = "--env",
      paramLabel = "NAME",
      scope = ScopeType.INHERIT,
      description = "The section of bbm.yml's environments (default: $BBM_ENV).")
  private @Nullable String environment;

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Print the stack trace of an error.")
  private boolean verbose;

  /** The file that the command line names; null for the usual place. */
  public @Nullable Path config() {
    return config;
  }

  /** The environment that the command line names; null for none. */
  public @Nullable String environment() {
    return environment;
  }

  /** Whether an error shows where it came from. */
  public boolean verbose() {
    return verbose;
  }
}
