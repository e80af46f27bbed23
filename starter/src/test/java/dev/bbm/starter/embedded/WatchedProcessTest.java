package dev.bbm.starter.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
final class WatchedProcessTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir private Path folder;

  @Test
  void passesSignalsOnAndTellsTheExitStatus() {
    var process = start("trap 'exit 7' TERM; echo ready; while :; do sleep 0.1; done");
    awaitWord(process, "ready");

    process.send(ServerSignal.TERM);

    assertThat(process.awaitEnd(LIMIT)).isTrue();
    assertThat(process.exitStatus()).isEqualTo(7);
  }

  @Test
  void killsAProcessThatDoesNotListen() {
    var process = start("trap '' TERM; echo ready; while :; do sleep 0.1; done");
    awaitWord(process, "ready");

    process.end(ServerSignal.TERM, Duration.ofMillis(300));

    assertThat(process.isAlive()).isFalse();
    assertThat(process.exitStatus()).isEqualTo(128 + 9);
  }

  @Test
  void killsTheChildrenWithTheirParent() {
    var process = start("sleep 60 & sleep 60 & echo ready; wait");
    awaitWord(process, "ready");
    var children = ProcessHandle.of(process.pid()).orElseThrow().children().toList();

    process.killTree();

    assertThat(children).hasSize(2).noneMatch(ProcessHandle::isAlive);
  }

  @Test
  void tellsTheLastWordsOfACommandThatFailed() {
    var process = start("echo one; echo two; echo three >&2; exit 3");

    assertThat(process.awaitEnd(LIMIT)).isTrue();
    assertThat(process.exitStatus()).isEqualTo(3);
    assertThat(process.lastWords(2)).isEqualTo("two\nthree");
  }

  @Test
  void noticesTheEndOfACommandThatFailsAtOnce() {
    assertThat(IntStream.range(0, 50).mapToObj(_ -> start("exit 4")))
        .allMatch(process -> process.awaitEnd(LIMIT))
        .allMatch(process -> process.exitStatus() == 4);
  }

  @Test
  void addsAndRemovesVariables() {
    var process = start("echo \"$ADDED-${HOME:-removed}\"", Map.of("ADDED", "x", "HOME", ""));

    assertThat(process.awaitEnd(LIMIT)).isTrue();
    assertThat(process.lastWords(1)).isEqualTo("x-removed");
  }

  private static void awaitWord(WatchedProcess process, String word) {
    var ready = new Readiness(process, LIMIT, Duration.ofMillis(10));
    assertThat(ready.await(() -> process.lastWords(1).equals(word))).isTrue();
  }

  private WatchedProcess start(String script) {
    return start(script, Map.of());
  }

  private WatchedProcess start(String script, Map<String, String> environment) {
    return WatchedProcess.start(
        new WatchedProcess.Command(
            List.of("/bin/sh", "-c", script),
            folder,
            folder.resolve("log"),
            ServerSignal.TERM,
            null,
            environment));
  }
}
