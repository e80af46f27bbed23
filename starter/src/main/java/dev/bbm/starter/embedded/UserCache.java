package dev.bbm.starter.embedded;

import java.nio.file.Path;
import java.util.Map;

/** The folder in which downloaded and unpacked programs are kept, once per user and machine. */
public record UserCache(Path folder) {

  /** The cache below {@code XDG_CACHE_HOME}, or below {@code ~/.cache} without one. */
  public static UserCache of(Map<String, String> environment) {
    var configured = environment.getOrDefault("XDG_CACHE_HOME", "");
    var home = Path.of(System.getProperty("user.home"));
    var root = configured.isBlank() ? home.resolve(".cache") : Path.of(configured);
    return new UserCache(root.resolve("bbm").toAbsolutePath());
  }

  Path resolve(String name) {
    return folder.resolve(name);
  }
}
