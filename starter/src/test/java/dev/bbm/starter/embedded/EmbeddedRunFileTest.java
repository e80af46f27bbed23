package dev.bbm.starter.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EmbeddedRunFileTest {

  private static final ProcessHandle SELF = ProcessHandle.current();
  private static final EmbeddedRunFile.Temporal DEV_SERVER =
      new EmbeddedRunFile.Temporal(
          "127.0.0.1:15001",
          EmbeddedTemporal.Kind.DEV_SERVER,
          URI.create("http://127.0.0.1:15002"));

  @TempDir private Path folder;

  @Test
  void isFoundAsItWasWrittenWhileItsProcessLives() throws IOException {
    var written = runFile(SELF.pid(), EmbeddedRunFile.startOf(SELF), DEV_SERVER);

    written.write(folder);

    assertThat(EmbeddedRunFile.find(folder)).contains(written);
  }

  @Test
  void isFoundWithoutAWebUi() throws IOException {
    var inJvm = new EmbeddedRunFile.Temporal("127.0.0.1:15001", EmbeddedTemporal.Kind.IN_JVM, null);
    var written = runFile(SELF.pid(), EmbeddedRunFile.startOf(SELF), inJvm);

    written.write(folder);

    assertThat(EmbeddedRunFile.find(folder)).contains(written);
  }

  @Test
  void namesTheConfigurationOfItsServers() throws IOException {
    var written = runFile(SELF.pid(), EmbeddedRunFile.startOf(SELF), DEV_SERVER);
    var config = folder.resolve("demo/bbm.yml");

    new EmbeddedRunFile(
            written.pid(), written.startedAt(), written.databases(), written.temporal(), config)
        .write(folder);

    assertThat(EmbeddedRunFile.find(folder)).map(EmbeddedRunFile::config).contains(config);
  }

  @Test
  void isReadableByItsOwnerOnly() throws IOException {
    runFile(SELF.pid(), EmbeddedRunFile.startOf(SELF), DEV_SERVER).write(folder);

    var file = folder.resolve(".bbm/embedded.yml");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void isNotFoundWhenItsProcessIsGone() throws IOException, InterruptedException {
    var gone = new ProcessBuilder("true").start();
    gone.waitFor();

    runFile(gone.pid(), Instant.parse("2026-01-01T00:00:00Z"), DEV_SERVER).write(folder);

    assertThat(EmbeddedRunFile.find(folder)).isEmpty();
  }

  @Test
  void isNotFoundWhenALaterProcessHasTheSameId() throws IOException {
    var earlier = EmbeddedRunFile.startOf(SELF).minus(Duration.ofSeconds(10));

    runFile(SELF.pid(), earlier, DEV_SERVER).write(folder);

    assertThat(EmbeddedRunFile.find(folder)).isEmpty();
  }

  @Test
  void isNotFoundWhereNothingRuns() throws IOException {
    assertThat(EmbeddedRunFile.find(folder)).isEmpty();

    runFile(SELF.pid(), EmbeddedRunFile.startOf(SELF), DEV_SERVER).write(folder);
    EmbeddedRunFile.remove(folder);

    assertThat(EmbeddedRunFile.find(folder)).isEmpty();
  }

  @Test
  void saysWhatToDoWithAFileThatItCannotRead() throws IOException {
    var file = folder.resolve(".bbm/embedded.yml");
    Files.createDirectories(file.getParent());
    for (String text : new String[] {"pid: 1", "pid: [", "", "- a", "pid: x\nstarted_at: y"}) {
      Files.writeString(file, text);

      assertThatThrownBy(() -> EmbeddedRunFile.find(folder)).hasMessage(file + " cannot be read.");
    }
  }

  private static EmbeddedRunFile runFile(
      long pid, Instant startedAt, EmbeddedRunFile.Temporal temporal) {
    var main =
        new EmbeddedRunFile.Database(
            "jdbc:postgresql://127.0.0.1:15000/main?user=bbm&password=x",
            URI.create("postgresql://bbm:x@127.0.0.1:15000/main"));
    return new EmbeddedRunFile(pid, startedAt, Map.of("main", main), temporal, null);
  }
}
