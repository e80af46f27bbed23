package dev.bbm.starter.command;

import java.util.Objects;
import picocli.CommandLine.IVersionProvider;

/** The version as the jar's manifest names it. */
final class BbmVersion implements IVersionProvider {

  @Override
  public String[] getVersion() {
    var version = BbmVersion.class.getPackage().getImplementationVersion();
    return new String[] {"bbm " + Objects.requireNonNullElse(version, "(not packaged)")};
  }
}
