package dev.bbm.starter.failover;

import dev.bbm.activities.topology.Address;
import dev.bbm.starter.config.ConfigurationLoader;
import dev.bbm.starter.config.Surroundings;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;

/** The endpoint of ci that a server is, as the configuration names it. */
final class CopyUrl {

  private CopyUrl() {}

  static String of(Path project, String uri) {
    String port = ":" + URI.create(uri).getPort() + "/";
    return new ConfigurationLoader(new Surroundings(Map.of(), project))
        .load(null).database("ci").endpoints().stream()
            .map(Address::url)
            .filter(url -> url.contains(port))
            .findFirst()
            .orElseThrow();
  }
}
