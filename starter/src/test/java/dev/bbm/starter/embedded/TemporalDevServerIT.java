package dev.bbm.starter.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bbm.starter.exactness.Await;
import io.temporal.client.WorkflowNotFoundException;
import io.temporal.common.SearchAttributeKey;
import io.temporal.common.SearchAttributes;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Fails, rather than being skipped, where no temporal program can be found or fetched. */
@Timeout(300)
final class TemporalDevServerIT {

  private static final SearchAttributeKey<String> COLOUR = SearchAttributeKey.forKeyword("Colour");
  private static final SearchAttributeKey<List<String>> TAGS =
      SearchAttributeKey.forKeywordList("Tags");

  private static TemporalBinary.Search program;

  @TempDir private Path folder;

  @BeforeAll
  static void findProgram() {
    var environment = System.getenv();
    var cache = UserCache.of(environment);
    program = TemporalBinary.of(null, environment, cache, System.err::println).find();
    assertThat(program.found()).as(program.sentence()).isPresent();
  }

  @Test
  void servesAWorkflowThatIsFoundByItsSearchAttributes() {
    try (var server = server(options())) {
      server.start();
      try (var worker = new GreetingWorker(server.target())) {
        var attributes =
            SearchAttributes.newBuilder().set(COLOUR, "red").set(TAGS, List.of("a")).build();
        worker.start("one", attributes);

        assertThat(worker.greet("one", "Ada")).isEqualTo("Hello, Ada");
        // The server writes its index after the workflow.
        Await.until(
            "the workflow is found",
            Duration.ofMinutes(1),
            () -> worker.client().countWorkflows("Colour = 'red' AND Tags = 'a'").getCount() == 1);
      }
    }
  }

  @Test
  void servesTheWebUi() throws IOException, InterruptedException {
    try (var server = server(options());
        var http = HttpClient.newHttpClient()) {
      server.start();
      var page = server.webUi().orElseThrow();

      var answer =
          http.send(HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofString());

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).containsIgnoringCase("<!doctype html>");
      assertThat(server.notice()).isEqualTo("Web UI " + page);
    }
  }

  @EnabledOnOs(OS.LINUX)
  @Test
  void listensOnLoopbackOnly() throws IOException {
    try (var server = server(options())) {
      server.start();

      assertThat(ListeningSockets.of(server.pid().orElseThrow()))
          .matches(ListeningSockets::areLoopbackOnly);
    }
  }

  @Test
  void takesOtherPortsWhenSomebodyWasFaster() throws IOException {
    try (var taken = new TakenPort()) {
      var free = LoopbackPort.free();
      var choice =
          new ArrayDeque<>(
              List.of(
                  new DevServerPorts(taken.port(), free),
                  new DevServerPorts(free, taken.port()),
                  DevServerPorts.free()));
      try (var server =
          new TemporalDevServerProcess(program.found().orElseThrow(), options(), choice::pop)) {
        server.start();

        assertThat(choice).isEmpty();
        try (var connection = new TemporalConnection(server.target())) {
          assertThat(connection.servesNamespace()).isTrue();
        }
      }
    }
  }

  @Test
  void keepsWorkflowsOverKillNineForTheSameWorkers() {
    try (var server = server(options().keepingWorkflows(true))) {
      server.start();
      var target = server.target();
      try (var worker = new GreetingWorker(target)) {
        worker.start("one", SearchAttributes.EMPTY);

        server.killHard();
        assertThat(server.pid()).isEmpty();
        server.start();

        assertThat(server.target()).isEqualTo(target);
        assertThat(worker.greet("one", "Ada")).isEqualTo("Hello, Ada");
      }
    }
  }

  @Test
  void losesWorkflowsThatItKeepsInMemory() {
    try (var server = server(options())) {
      server.start();
      try (var worker = new GreetingWorker(server.target())) {
        worker.start("one", SearchAttributes.EMPTY);

        server.killHard();
        server.start();

        assertThatThrownBy(() -> worker.greet("one", "Ada"))
            .isInstanceOf(WorkflowNotFoundException.class);
      }
    }
  }

  @Test
  void keepsWorkflowsForTheNextServerInTheSameFolder() {
    var options =
        TemporalOptions.persistent(folder.resolve("kept")).withSearchAttributes(List.of(COLOUR));
    try (var server = server(options)) {
      server.start();
      try (var worker = new GreetingWorker(server.target())) {
        worker.start("one", SearchAttributes.EMPTY);
      }
    }

    try (var server = server(options)) {
      server.start();
      try (var worker = new GreetingWorker(server.target())) {
        assertThat(worker.greet("one", "Ada")).isEqualTo("Hello, Ada");
      }
    }
  }

  private TemporalOptions options() {
    return TemporalOptions.throwaway(folder.resolve("temporal"))
        .withSearchAttributes(List.of(COLOUR, TAGS));
  }

  private static EmbeddedTemporal server(TemporalOptions options) {
    return EmbeddedTemporal.of(program, options);
  }
}
