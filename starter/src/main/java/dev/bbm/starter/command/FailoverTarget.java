package dev.bbm.starter.command;

import picocli.CommandLine.Parameters;

/** The database to which a failover moves. */
final class FailoverTarget {

  @Parameters(paramLabel = "TARGET", description = "The database that gets a place of its own: ci.")
  private String name;

  String name() {
    return name;
  }
}
