package dev.bbm.starter.embedded;

import io.temporal.testing.TemporalDevServerOptions;
import io.temporal.testing.internal.devserver.TemporalDevServerDownloader;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The Temporal SDK's own download of the official program.
 *
 * <p>The SDK waits 15 seconds for a connection, so a quicker look comes first: in a closed network
 * this costs two seconds at most. The downloader is internal to the SDK, and only this class knows
 * it.
 */
record SdkDownload(TemporalCache cache, Consumer<String> progress) implements TemporalSource {

  private static final String BASE_URL_PROPERTY = "io.temporal.testing.devServerDownloadBaseUrl";
  private static final int LIMIT_MILLIS = 2_000;

  @Override
  public Attempt attempt() {
    var base = System.getProperty(BASE_URL_PROPERTY, "https://temporal.download");
    if (!isReachable(base)) {
      return new Attempt.Missing(base + " is not reachable");
    }
    progress.accept("Fetching temporal %s from %s (once)".formatted(TemporalCache.VERSION, base));
    try {
      return download();
    } catch (IOException | RuntimeException e) {
      return new Attempt.Missing("download from %s failed: %s".formatted(base, rootMessage(e)));
    }
  }

  private Attempt download() throws IOException {
    var scratch = cache.scratchFolder();
    try {
      var options =
          TemporalDevServerOptions.newBuilder()
              .setDownloadVersion("v" + TemporalCache.VERSION)
              .setDownloadDestination(scratch.toString())
              .build();
      return cache.keep(TemporalDevServerDownloader.prepare(options));
    } finally {
      new FileTree(scratch).delete();
    }
  }

  /** In a thread of its own: looking up a name has no timeout in Java. */
  private static boolean isReachable(String base) {
    var answer = new CompletableFuture<Boolean>();
    Thread.ofVirtual().start(() -> answer.complete(connects(base)));
    return answer.completeOnTimeout(false, LIMIT_MILLIS, TimeUnit.MILLISECONDS).join();
  }

  private static boolean connects(String base) {
    try {
      var connection = (HttpURLConnection) URI.create(base).toURL().openConnection();
      connection.setConnectTimeout(LIMIT_MILLIS);
      connection.setReadTimeout(LIMIT_MILLIS);
      connection.setRequestMethod("HEAD");
      connection.connect();
      connection.disconnect();
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  private static String rootMessage(Throwable failure) {
    var root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }
}
