package dev.bbm.starter.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.temporal.client.WorkflowNotFoundException;
import io.temporal.common.SearchAttributeKey;
import io.temporal.common.SearchAttributes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
final class InJvmTemporalServerTest {

  private static final SearchAttributeKey<String> COLOUR = SearchAttributeKey.forKeyword("Colour");

  @TempDir private Path folder;

  @Test
  void servesAWorkflowWithItsSearchAttributes() {
    try (var server = server()) {
      server.start();
      try (var worker = new GreetingWorker(server.target())) {
        worker.start("one", SearchAttributes.newBuilder().set(COLOUR, "red").build());

        assertThat(worker.greet("one", "Ada")).isEqualTo("Hello, Ada");
      }
    }
  }

  @Test
  void startsAgainEmptyOnTheSamePort() {
    try (var server = server()) {
      server.start();
      var target = server.target();
      try (var worker = new GreetingWorker(target)) {
        worker.start("one", SearchAttributes.EMPTY);
      }

      server.killHard();
      assertThat(server.isRunning()).isFalse();
      server.start();

      assertThat(server.target()).isEqualTo(target);
      try (var worker = new GreetingWorker(target)) {
        assertThatThrownBy(() -> worker.greet("one", "Ada"))
            .isInstanceOf(WorkflowNotFoundException.class);
      }
    }
  }

  @EnabledOnOs(OS.LINUX)
  @Test
  void listensOnLoopbackOnly() throws IOException {
    try (var server = server()) {
      server.start();

      assertThat(ListeningSockets.of(ProcessHandle.current().pid()))
          .matches(ListeningSockets::areLoopbackOnly);
    }
  }

  @Test
  void takesAnotherPortWhenSomebodyWasFaster() throws IOException {
    var options = TemporalOptions.throwaway(folder.resolve("temporal"));
    try (var taken = new TakenPort();
        var server = new InJvmTemporalServer(options, "", taken.thenAFreeOne()::pop)) {
      server.start();

      assertThat(server.target()).isNotEqualTo(taken.port().address());
      try (var connection = new TemporalConnection(server.target())) {
        assertThat(connection.servesNamespace()).isTrue();
      }
    }
  }

  @Test
  void saysWhyThereIsNoWebUiAndHowToGetOne() {
    try (var server = server()) {
      assertThat(server.webUi()).isEmpty();
      assertThat(server.kind()).isEqualTo(EmbeddedTemporal.Kind.IN_JVM);
      assertThat(server.notice())
          .isEqualTo(
              "no Web UI, and workflows live in memory only: No temporal program: none on PATH."
                  + " To get one, install the Temporal CLI (https://docs.temporal.io/cli),"
                  + " or set BBM_TEMPORAL_BINARY to the path of its temporal program.");
    }
  }

  private EmbeddedTemporal server() {
    return EmbeddedTemporal.of(
        new TemporalBinary.Search(null, List.of("none on PATH")),
        TemporalOptions.throwaway(folder.resolve("temporal"))
            .withSearchAttributes(List.of(COLOUR)));
  }
}
