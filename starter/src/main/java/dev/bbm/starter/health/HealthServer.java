package dev.bbm.starter.health;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.bbm.starter.config.HttpAddress;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/** Answers GET /health and GET /metrics; nothing can be changed through it. */
public final class HealthServer implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Supplier<Health> health;
  private final Supplier<String> metrics;

  private record Page(int status, String type, String text) {}

  private HealthServer(HttpServer server, Supplier<Health> health, Supplier<String> metrics) {
    this.server = server;
    this.health = health;
    this.metrics = metrics;
  }

  /** Listens; throws INVALID_CONFIGURATION when the address cannot be had. */
  public static HealthServer start(
      HttpAddress address, Supplier<Health> health, Supplier<String> metrics) {
    try {
      var started =
          new HealthServer(HttpServer.create(address.socketAddress(), 0), health, metrics);
      started.server.setExecutor(started.threads);
      started.server.createContext("/", started::answer);
      started.server.start();
      return started;
    } catch (IOException taken) {
      throw ApplicationException.of(
          ErrorCode.INVALID_CONFIGURATION,
          "worker.http: cannot listen on %s: %s".formatted(address, taken.getMessage()),
          "choose another port, or 0 for any that is free",
          null,
          taken);
    }
  }

  /** Where it listens, as a browser wants it. */
  public String url() {
    return "http://" + HttpAddress.of(server.getAddress());
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      Page page = page(exchange.getRequestMethod(), exchange.getRequestURI().getPath());
      byte[] body = page.text().getBytes(UTF_8);
      exchange.getResponseHeaders().set("Content-Type", page.type());
      exchange.sendResponseHeaders(page.status(), body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private Page page(String method, String path) {
    if (!method.equals("GET")) {
      return new Page(405, "text/plain; charset=utf-8", "only GET\n");
    }
    return switch (path) {
      case "/metrics" -> new Page(200, "text/plain; version=0.0.4; charset=utf-8", metrics.get());
      case "/health" -> healthPage(health.get());
      default -> new Page(404, "text/plain; charset=utf-8", "/health and /metrics\n");
    };
  }

  private static Page healthPage(Health health) {
    var databases = new LinkedHashMap<String, String>();
    health.databases().forEach((name, up) -> databases.put(name, up ? "UP" : "DOWN"));
    var document = new LinkedHashMap<String, Object>();
    document.put("status", health.state().name());
    document.put("worker", health.worker());
    document.put("databases", databases);
    return new Page(
        health.state() == Health.State.UP ? 200 : 503, "application/json", json(document));
  }

  private static String json(Map<String, Object> document) {
    try {
      return JSON.writeValueAsString(document) + "\n";
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
  }
}
