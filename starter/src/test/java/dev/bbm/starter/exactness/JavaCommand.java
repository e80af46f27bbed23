package dev.bbm.starter.exactness;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line of a main class in a JVM of its own. */
public final class JavaCommand {

  private JavaCommand() {}

  /** Short-lived JVMs: start-up counts, peak speed does not. */
  public static List<String> of(Class<?> main, String... arguments) {
    var words = new ArrayList<String>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(
        List.of(
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx256m",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Dlogback.configurationFile=logback.xml",
            "-cp",
            System.getProperty("java.class.path"),
            main.getName()));
    words.addAll(List.of(arguments));
    return words;
  }
}
