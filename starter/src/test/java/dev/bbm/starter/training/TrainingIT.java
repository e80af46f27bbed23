package dev.bbm.starter.training;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 10, unit = TimeUnit.MINUTES)
final class TrainingIT {

  private static final String JAVA = ProcessHandle.current().info().command().orElseThrow();
  private static final String JAR = Path.of("target", "bbm.jar").toAbsolutePath().toString();

  @TempDir private Path folder;

  @Test
  void makesACacheThatTheJvmAccepts() throws Exception {
    var cache = folder.resolve("bbm.aot");

    int exitCode = Training.rehearse(List.of(JAVA, "-XX:AOTCacheOutput=" + cache, "-cp", JAR));

    assertThat(exitCode).isZero();
    // AOTMode=on ends the JVM when the cache does not fit.
    assertThat(output(JAVA, "-XX:AOTCache=" + cache, "-XX:AOTMode=on", "-jar", JAR, "--version"))
        .startsWith("bbm ");
  }

  private static String output(String... command) throws IOException, InterruptedException {
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var output = new String(process.getInputStream().readAllBytes(), UTF_8);
    process.waitFor();
    return output;
  }
}
