package dev.bbm.starter.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

@Timeout(180)
@ResourceLock(Resources.SYSTEM_PROPERTIES)
final class SdkDownloadTest {

  private static final String BASE_URL = "io.temporal.testing.devServerDownloadBaseUrl";
  private static final String PROGRAM = "#!/bin/sh\necho temporal version 1.9.1\n";

  @TempDir private Path folder;
  private final ArrayList<String> asked = new ArrayList<>();

  @AfterEach
  void useTheRealAddress() {
    System.clearProperty(BASE_URL);
  }

  @Test
  void givesUpAtOnceInAClosedNetwork() {
    System.setProperty(BASE_URL, "http://127.0.0.1:" + LoopbackPort.free().number());
    long from = System.nanoTime();

    var attempt = new SdkDownload(cache(), _ -> {}).attempt();

    assertThat(attempt).isInstanceOf(TemporalSource.Attempt.Missing.class);
    assertThat(attempt.toString()).contains("is not reachable");
    assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(Duration.ofSeconds(15));
  }

  @Test
  void keepsTheProgramThatTheSdkFetched() throws IOException {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    var base = "http://127.0.0.1:" + server.getAddress().getPort();
    server.createContext("/cli/", exchange -> answer(exchange, metadata(base)));
    server.createContext("/archive.tar.gz", exchange -> answer(exchange, archive()));
    server.createContext("/", exchange -> answer(exchange, new byte[0]));
    server.start();
    System.setProperty(BASE_URL, base);
    try {
      var attempt = new SdkDownload(cache(), _ -> {}).attempt();

      assertThat(attempt).isEqualTo(new TemporalSource.Attempt.Found(cache().program()));
      assertThat(cache().program()).isExecutable().hasContent(PROGRAM);
      assertThat(asked).anyMatch(uri -> uri.startsWith("/cli/v1.9.1?"));
      try (var kept = Files.list(cache().folder())) {
        assertThat(kept).containsExactly(cache().program());
      }
    } finally {
      server.stop(0);
    }
  }

  private TemporalCache cache() {
    return TemporalCache.in(new UserCache(folder));
  }

  private static byte[] metadata(String base) {
    return "{\"archiveUrl\": \"%s/archive.tar.gz\", \"fileToExtract\": \"temporal\"}"
        .formatted(base)
        .getBytes(UTF_8);
  }

  private static byte[] archive() throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes))) {
      var entry = new TarArchiveEntry("temporal");
      entry.setSize(PROGRAM.length());
      tar.putArchiveEntry(entry);
      tar.write(PROGRAM.getBytes(UTF_8));
      tar.closeArchiveEntry();
    }
    return bytes.toByteArray();
  }

  private void answer(HttpExchange exchange, byte[] body) throws IOException {
    asked.add(exchange.getRequestURI().toString());
    exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }
}
