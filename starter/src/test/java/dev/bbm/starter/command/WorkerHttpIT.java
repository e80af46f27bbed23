package dev.bbm.starter.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bbm.activities.database.PostgresExtension;
import dev.bbm.starter.config.ConfigurationLoader;
import dev.bbm.starter.config.Surroundings;
import dev.bbm.starter.embedded.InJvmTemporalServer;
import dev.bbm.starter.embedded.TemporalOptions;
import dev.bbm.starter.exactness.Await;
import dev.bbm.starter.worker.WorkerService;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What a running worker answers over HTTP. */
@Timeout(300)
final class WorkerHttpIT {

  @RegisterExtension static final PostgresExtension main = new PostgresExtension();
  @RegisterExtension static final PostgresExtension ci = new PostgresExtension();

  @TempDir private static Path folder;

  private static final HttpClient BROWSER = HttpClient.newHttpClient();

  private static InJvmTemporalServer temporal;
  private static WorkerService worker;

  @BeforeAll
  static void start() throws Exception {
    TwoPlaces.installed(main, ci, folder);
    main.execute("INSERT INTO orders SELECT i FROM generate_series(2, 5000) AS i");
    Installed.write(folder, "bbm.yml", "worker: {http: 0}\n");
    Installed.jobClass(folder, "AddOne", "orders");
    temporal = new InJvmTemporalServer(TemporalOptions.throwaway(folder), "a test");
    temporal.start();
    worker = open();
    worker.start();
  }

  private static WorkerService open() {
    var surroundings =
        new Surroundings(
            Map.of(
                "BBM_MAIN_URL", main.url(),
                "BBM_CI_URL", ci.url(),
                "TEMPORAL_ADDRESS", temporal.target()),
            folder);
    return WorkerService.open(new ConfigurationLoader(surroundings).load(null), surroundings);
  }

  @AfterAll
  static void stop() {
    worker.close();
    temporal.close();
  }

  @Test
  void tellsItsHealth() {
    Await.until(
        () -> get("/health").body(),
        Duration.ofMinutes(1),
        () ->
            get("/health")
                .body()
                .equals(
                    "{\"status\":\"UP\",\"worker\":\"%s\",\"databases\":{\"ci\":\"UP\",\"main\":\"UP\"}}\n"
                        .formatted(worker.name())));

    assertThat(get("/health").statusCode()).isEqualTo(200);
  }

  @Test
  void countsWhatItRunsAndWhatIsRefused() {
    awaitMetrics(
        "bbm_unlocked_tables{database=\"main\"} 4.0",
        "bbm_database_up{database=\"ci\"} 1.0",
        "bbm_ownership_epoch{database=\"ci\",gitlab_schema=\"gitlab_ci\",owner=\"ci\"} 1.0",
        "bbm_ownership_state{database=\"main\",gitlab_schema=\"gitlab_shared\",owner=\"*\",state=\"ACTIVE\"} 1.0");

    main.execute(
        "SELECT bbm.queue_batched_background_migration('AddOne', 'orders', 'id', batch_size => 5000, sub_batch_size => 10, pause_ms => 100)");
    awaitMetrics(
        "bbm_slices_running{database=\"main\",gitlab_schema=\"gitlab_main\"} 1.0",
        "bbm_sub_batches_total{database=\"main\",gitlab_schema=\"gitlab_main\"}");
    main.execute("SELECT bbm.pause_migration(1)");
    awaitMetrics(
        "bbm_gate_refusals_total{database=\"main\",gitlab_schema=\"gitlab_main\",sqlstate=\"BM005\"} 1.0",
        "bbm_slices_running{database=\"main\",gitlab_schema=\"gitlab_main\"} 0.0");

    String rows = Installed.rows(main, "SELECT sum(n) FROM orders");
    awaitMetrics(
        "bbm_sub_batches_total{database=\"main\",gitlab_schema=\"gitlab_main\"} %s.0"
            .formatted(Integer.parseInt(rows) / 10),
        "bbm_migration_rows{gitlab_schema=\"gitlab_main\",job_class=\"AddOne\",migration=\"main_1\"} %s.0"
            .formatted(rows));
  }

  @Test
  void changesNothing() throws Exception {
    assertThat(get("/").statusCode()).isEqualTo(404);
    var post =
        HttpRequest.newBuilder(uri("/health"))
            .POST(HttpRequest.BodyPublishers.ofString("{}"))
            .build();
    assertThat(BROWSER.send(post, BodyHandlers.ofString()).statusCode()).isEqualTo(405);
  }

  @Test
  void refusesAnAddressThatIsTaken() throws Exception {
    int port = uri("/").getPort();
    Installed.write(folder, "bbm.yml", "worker: {http: %d}\n".formatted(port));

    try (WorkerService second = open()) {
      assertThatThrownBy(second::start)
          .hasMessage(
              "worker.http: cannot listen on 127.0.0.1:%d: Address already in use".formatted(port));
    }
  }

  private static void awaitMetrics(String... lines) {
    for (String line : lines) {
      Await.until(
          () -> "no %s in\n%s".formatted(line, get("/metrics").body()),
          Duration.ofMinutes(1),
          () -> get("/metrics").body().contains(line));
    }
  }

  private static URI uri(String path) {
    return URI.create(worker.httpUrl().orElseThrow() + path);
  }

  private static HttpResponse<String> get(String path) {
    try {
      return BROWSER.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }
}
