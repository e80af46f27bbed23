package dev.bbm.starter.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bbm.workflows.failure.ApplicationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
@Timeout(300)
final class EmbeddedEnvironmentIT {

  private static final Duration END_LIMIT = Duration.ofSeconds(30);

  /**
   * initdb ends a step before it obeys, or is killed after three seconds; its child then ends too.
   */
  private static final Duration END_OF_INITDB_LIMIT = Duration.ofMinutes(1);

  @TempDir private Path folder;
  private Path project;
  private Path temporary;
  private Path data;

  @BeforeEach
  void nameFolders() {
    project = folder.resolve("project");
    temporary = folder.resolve("temporary");
    data = folder.resolve("data");
  }

  @Test
  void tellsOtherCommandsWhereItsServersAre() throws Exception {
    try (var child = ChildJvm.start(temporary, project)) {
      child.awaitReady();

      var found = EmbeddedRunFile.find(project).orElseThrow();

      assertThat(found.databases()).containsOnlyKeys("main", "ci");
      for (String name : found.databases().keySet()) {
        assertThat(query(found, name, "SELECT current_database()")).isEqualTo(name);
      }
      try (var connection = new TemporalConnection(found.temporal().target())) {
        assertThat(connection.servesNamespace()).isTrue();
      }
    }
  }

  @Test
  void leavesNothingAfterKillNineOfItsJvm() throws Exception {
    try (var child = ChildJvm.start(temporary, project)) {
      child.awaitReady();
      var servers = child.descendants();
      assertThat(programsOf(servers)).contains("postgres", "temporal");

      child.killHard();

      assertAllEnd(servers, END_LIMIT);
      assertThat(child.leftovers()).isEmpty();
      assertThat(EmbeddedRunFile.find(project)).isEmpty();
    }
  }

  @Test
  void leavesNothingAfterKillNineWhileItStarts() throws Exception {
    try (var child = ChildJvm.start(temporary, project)) {
      while (!programsOf(child.descendants()).contains("postgres")) {
        assertThat(child.awaitEnd(Duration.ofMillis(5))).isFalse();
      }
      var servers = child.descendants();

      child.killHard();

      assertAllEnd(servers, END_OF_INITDB_LIMIT);
      assertThat(child.leftovers()).isEmpty();
    }
  }

  @Test
  void endsInOrderAtSigterm() throws Exception {
    try (var child = ChildJvm.start(temporary, project)) {
      child.awaitReady();
      var servers = child.descendants();

      child.terminate();

      assertThat(child.awaitEnd(END_LIMIT)).isTrue();
      assertThat(servers).isNotEmpty().noneMatch(ProcessHandle::isAlive);
      assertThat(child.leftovers()).isEmpty();
      assertThat(project.resolve(".bbm/embedded.yml")).doesNotExist();
    }
  }

  @Test
  void keepsCtrlCFromItsServersAndEndsThemInOrder() throws Exception {
    try (var child = ChildJvm.start(temporary, project, data)) {
      child.awaitReady();
      var servers = child.descendants();
      assertThat(servers).noneMatch(server -> groupOf(server) == groupOf(child.handle()));

      child.interruptGroup();

      assertThat(child.awaitEnd(Duration.ofMinutes(1))).isTrue();
      assertThat(servers).isNotEmpty().noneMatch(ProcessHandle::isAlive);
      assertThat(Files.readString(data.resolve("postgresql/postgresql.log"), UTF_8))
          .containsOnlyOnce("received fast shutdown request")
          .endsWith("database system is shut down\n");
    }
  }

  @Test
  void keepsItsDataOverAnOrderlyEndAndOverKillNine() throws Exception {
    try (var child = ChildJvm.start(temporary, project, data)) {
      child.awaitReady();
      execute("CREATE TABLE kept AS SELECT 1 AS n");
      child.terminate();
      assertThat(child.awaitEnd(Duration.ofMinutes(1))).isTrue();
    }
    try (var child = ChildJvm.start(temporary, project, data)) {
      child.awaitReady();
      execute("UPDATE kept SET n = n + 1");
      child.killHard();
    }
    // At once, while the watchdogs are still ending the former servers.
    try (var child = ChildJvm.start(temporary, project, data)) {
      child.awaitReady();

      var found = EmbeddedRunFile.find(project).orElseThrow();
      assertThat(query(found, "main", "SELECT n FROM kept")).isEqualTo("2");
    }
  }

  @Test
  void refusesADataDirectoryThatAnotherOneUses() throws Exception {
    try (var child = ChildJvm.start(temporary, project, data)) {
      child.awaitReady();

      try (var second = ChildJvm.start(temporary, folder.resolve("other"), data)) {
        assertThat(second.awaitFailure())
            .contains(
                "%s is in use by another bbm, process %d.".formatted(data, child.handle().pid()));
      }
    }
  }

  @Test
  void runsWithoutATemporalProgramAndSaysSo() throws Exception {
    var cache = UserCache.of(System.getenv());
    var none = TemporalBinary.of("none", Map.of(), cache, _ -> {});

    try (var environment =
        EmbeddedEnvironment.start(EmbeddedSettings.throwaway(project), none, cache)) {
      var found = EmbeddedRunFile.find(project).orElseThrow();

      assertThat(found.temporal().kind()).isEqualTo(EmbeddedTemporal.Kind.IN_JVM);
      assertThat(environment.temporal().notice()).startsWith("no Web UI");
      assertThatThrownBy(
              () -> EmbeddedEnvironment.start(EmbeddedSettings.throwaway(project), none, cache))
          .hasMessageContaining("is in use by another bbm");
      assertThat(environment.database().isRunning()).isTrue();
    }
    assertThat(EmbeddedRunFile.find(project)).isEmpty();
  }

  @Test
  void endsWhatItHasStartedWhenOneServerDoesNotStart() throws Exception {
    var cache = UserCache.of(System.getenv());
    var none = TemporalBinary.of("none", Map.of(), cache, _ -> {});
    var settings =
        EmbeddedSettings.throwaway(project)
            .keptIn(data)
            .withServerSettings(Map.of("shared_buffers", "no number"));

    assertThatThrownBy(() -> EmbeddedEnvironment.start(settings, none, cache))
        .isInstanceOf(ApplicationException.class)
        .hasMessageContaining("invalid value for parameter \"shared_buffers\": \"no number\"");

    assertThat(EmbeddedRunFile.find(project)).isEmpty();
    var mended = settings.withServerSettings(Map.of());
    try (var environment = EmbeddedEnvironment.start(mended, none, cache)) {
      assertThat(environment.database().isRunning()).isTrue();
    }
  }

  private static void assertAllEnd(List<ProcessHandle> servers, Duration limit) {
    assertThat(servers).isNotEmpty();
    var ends = servers.stream().map(ProcessHandle::onExit).toArray(CompletableFuture<?>[]::new);
    assertThat(CompletableFuture.allOf(ends)).succeedsWithin(limit);
    assertThat(servers).noneMatch(ProcessHandle::isAlive);
  }

  private static List<String> programsOf(List<ProcessHandle> processes) {
    return processes.stream()
        .flatMap(process -> process.info().command().stream())
        .map(command -> Path.of(command).getFileName().toString())
        .toList();
  }

  /** The fifth field of /proc/pid/stat, counted behind the program's name. */
  private static long groupOf(ProcessHandle process) {
    try {
      var stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"), UTF_8);
      return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[2]);
    } catch (IOException _) {
      return 0; // ended meanwhile
    }
  }

  private void execute(String sql) throws SQLException {
    var found = EmbeddedRunFile.find(project).orElseThrow();
    try (var connection = DriverManager.getConnection(url(found, "main"));
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String query(EmbeddedRunFile found, String database, String sql)
      throws SQLException {
    try (var connection = DriverManager.getConnection(url(found, database));
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }

  private static String url(EmbeddedRunFile found, String database) {
    return Objects.requireNonNull(found.databases().get(database)).jdbcUrl();
  }
}
