package dev.bbm.starter.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The script itself, in a clone whose path has spaces; the programs that it calls are scripts that
 * print how they were called.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class LauncherTest {

  private static final String FAKE_JAVA =
      """
      #!/bin/sh
      for argument; do
        case $argument in
          -XX:AOTCacheOutput=*) touch "${argument#*=}" ;;
        esac
        printf '<%s>' "$argument"
      done
      echo
      exit "${JAVA_EXITS_WITH:-0}"
      """;

  private static final String FAKE_MAVEN =
      """
      #!/bin/sh
      echo "JAVA_HOME=$JAVA_HOME"
      echo built >>builds
      [ -z "${MAVEN_FAILS:-}" ] || { echo '[ERROR] no such class'; exit 1; }
      touch starter/target/bbm.jar
      """;

  @TempDir private Path folder;
  private Path clone;
  private Path jdk;
  private Path programs;
  private Path javaHome = Path.of("/nowhere");
  private Map<String, String> environment = Map.of();

  @BeforeEach
  void layOut() throws IOException {
    clone = folder.resolve("a clone");
    jdk = jdk("jdk 25", "25.0.3");
    programs = Files.createDirectories(folder.resolve("programs"));
    Files.createDirectories(clone.resolve("starter/src/main"));
    Files.createFile(clone.resolve("pom.xml"));
    Files.createFile(clone.resolve("starter/pom.xml"));
    script(clone.resolve("bbm"), Files.readString(Path.of("..", "bbm"), UTF_8));
    script(programs.resolve("mvn"), FAKE_MAVEN);
  }

  @Test
  void buildsOnceAndSaysSoOnStandardError() throws Exception {
    var first = bbm("list");
    var second = bbm("list");

    assertThat(first.error()).matches("JDK 25 found\\. Building once … \\d+ s\n");
    assertThat(second.error()).isEmpty();
    assertThat(builds()).isEqualTo(1);
    assertThat(Files.readString(clone.resolve("target/bbm-build.log"), UTF_8))
        .contains("JAVA_HOME=" + jdk);
  }

  @Test
  void buildsAgainWhenASourceIsNewer() throws Exception {
    bbm("list");
    var source = Files.createFile(clone.resolve("starter/src/main/New.java"));
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(2)));

    var later = bbm("list");

    assertThat(later.error()).matches("Sources changed\\. Building … \\d+ s\n");
    assertThat(builds()).isEqualTo(2);
  }

  @Test
  void buildsOnceForTwoCallersAtOnce() throws Exception {
    var first = start("list");
    var second = start("list");

    assertThat(first.waitFor()).isZero();
    assertThat(second.waitFor()).isZero();
    assertThat(builds()).isEqualTo(1);
  }

  @Test
  void passesArgumentsAndExitCodeThrough() throws Exception {
    environment = Map.of("JAVA_EXITS_WITH", "75");

    var run = bbm("wait", "two words", "", "*");

    assertThat(run.output()).endsWith("<wait><two words><><*>\n");
    assertThat(run.exitCode()).isEqualTo(75);
  }

  @Test
  void tellsShortCommandsFromLongOnes() throws Exception {
    assertThat(bbm("list").output()).contains("<-XX:TieredStopAtLevel=1>", "<-XX:AOTCache=");
    assertThat(bbm("--env", "test", "worker").output())
        .doesNotContain("TieredStopAtLevel")
        .contains("<-XX:AOTCache=");
  }

  @Test
  void runsThroughASymbolicLinkFromAnywhere() throws Exception {
    var link = Files.createSymbolicLink(folder.resolve("link"), Path.of("a clone", "bbm"));

    var run = finish(start(link, "list"));

    assertThat(run.output()).contains("<" + clone.resolve("starter/target/bbm.jar") + ">");
  }

  @Test
  void passesOverAJdkThatIsTooOld() throws Exception {
    javaHome = jdk;
    jdk = jdk("jdk 21", "21.0.9");

    bbm("list");

    assertThat(Files.readString(clone.resolve("target/bbm-build.log"), UTF_8))
        .contains("JAVA_HOME=" + javaHome);
  }

  @Test
  void showsTheErrorsAndTheLogOfAFailedBuild() throws Exception {
    environment = Map.of("MAVEN_FAILS", "yes");

    var run = bbm("list");

    assertThat(run.exitCode()).isEqualTo(70);
    assertThat(run.error())
        .isEqualTo(
            """
            JDK 25 found. Building once … failed
            [ERROR] no such class
            error: the build failed; its log is %s
            """
                .formatted(clone.resolve("target/bbm-build.log")));
  }

  private record Run(int exitCode, String output, String error) {}

  private Run bbm(String... arguments) throws IOException, InterruptedException {
    return finish(start(arguments));
  }

  private Process start(String... arguments) throws IOException {
    return start(clone.resolve("bbm"), arguments);
  }

  private Process start(Path script, String... arguments) throws IOException {
    var builder = new ProcessBuilder(arguments).directory(folder.toFile());
    builder.command().addFirst(script.toString());
    var variables = builder.environment();
    variables.put("BBM_JAVA_HOME", jdk.toString());
    variables.put("JAVA_HOME", javaHome.toString());
    variables.put("PATH", programs + ":" + variables.get("PATH"));
    variables.putAll(environment);
    return builder.start();
  }

  private static Run finish(Process process) throws IOException, InterruptedException {
    var output = new String(process.getInputStream().readAllBytes(), UTF_8);
    var error = new String(process.getErrorStream().readAllBytes(), UTF_8);
    return new Run(process.waitFor(), output, error);
  }

  private long builds() throws IOException {
    return Files.readAllLines(clone.resolve("builds"), UTF_8).size();
  }

  private Path jdk(String name, String version) throws IOException {
    var home = folder.resolve(name);
    Files.createDirectories(home.resolve("bin"));
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n", UTF_8);
    script(home.resolve("bin/java"), FAKE_JAVA);
    script(home.resolve("bin/javac"), FAKE_JAVA);
    return home;
  }

  private static void script(Path file, String text) throws IOException {
    Files.writeString(file, text, UTF_8);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
