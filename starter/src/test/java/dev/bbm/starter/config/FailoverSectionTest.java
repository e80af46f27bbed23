package dev.bbm.starter.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bbm.workflows.failover.Budgets;
import dev.bbm.workflows.failover.Hook;
import dev.bbm.workflows.failover.Promotion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FailoverSectionTest {

  @TempDir private Path folder;

  @Test
  void isPromotedByPostgresWithoutHooksWhereNothingIsSaid() throws IOException {
    assertThat(load("")).isEqualTo(FailoverSettings.DEFAULT);
    assertThat(FailoverSettings.DEFAULT.promotion()).isEqualTo(Promotion.PG_PROMOTE);
    assertThat(FailoverSettings.DEFAULT.hooks()).isEmpty();
    assertThat(FailoverSettings.DEFAULT.budgets()).isEqualTo(Budgets.DEFAULT);
  }

  @Test
  void waitsForAPerson() throws IOException {
    assertThat(load("promote: person").promotion()).isEqualTo(Promotion.PERSON);
  }

  @Test
  void undoesThePauseByResumeAppUnlessItSaysHow() throws IOException {
    FailoverSettings settings = load("pause_app: {command: stop}", "resume_app: {command: go}");

    assertThat(settings.hooks())
        .containsEntry(Hook.PAUSE_APP, new HookSettings("stop", "go", Budgets.DEFAULT.hook()));
  }

  @Test
  void givesAHookItsOwnTimeoutThoughTheBudgetIsShorter() throws IOException {
    FailoverSettings settings =
        load("repoint_app: {command: point, timeout: 3m}", "budgets: {hook: 10s}");

    assertThat(settings.budgets().hook()).isEqualTo(Duration.ofMinutes(3));
    assertThat(settings.budgets().promotion()).isEqualTo(Budgets.DEFAULT.promotion());
  }

  @Test
  void runsThePromoteCommandOnlyWhenItPromotes() throws IOException {
    FailoverSettings settings = load("promote: {command: patronictl}", "resume_app: {command: go}");

    assertThat(settings.hooksWith(Promotion.COMMAND))
        .containsExactly(Hook.PROMOTE, Hook.RESUME_APP);
    assertThat(settings.hooksWith(Promotion.PERSON)).containsExactly(Hook.RESUME_APP);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          promote: magic                        | failover.promote: "magic" is no way to promote; write pg_promote, person, or {command: "…", timeout: 60s}
          promote: {timeout: 5s}                | failover.promote.command: "" is missing; write the shell command that does it
          promote: {command: x, undo: y}        | failover.promote.undo: "y" is under an unknown name; known: command, timeout
          stop_app: {command: x}                | failover.stop_app: "{command=x}" is under an unknown name; known: pause_app, promote, repoint_app, resume_app, budgets
          repoint_app: point                    | failover.repoint_app: "point" is no mapping; write `key: value` lines under it
          resume_app: {command: x, timeout: 0s} | failover.resume_app.timeout: "0s" is no duration above zero; write 60s, 5m or 1h
          budgets: {fence: soon}                | failover.budgets.fence: "soon" is no duration above zero; write 60s, 5m or 1h
          budgets: {fences: 5s}                 | failover.budgets.fences: "5s" is under an unknown name; known: drain, fence, lock, catch_up, promotion, record, approval, hook
          pause_app: {command: x}               | failover.pause_app.undo: "" is missing, and there is no resume_app: an aborted failover would leave the application paused
          """)
  void refusesWhatItCannotDo(String line, String problem) {
    assertThatThrownBy(() -> load(line)).hasMessageContaining(problem);
  }

  private FailoverSettings load(String... lines) throws IOException {
    Files.writeString(
        folder.resolve("bbm.yml"),
        lines[0].isEmpty() ? "" : "failover:\n  " + String.join("\n  ", lines) + "\n");
    return new ConfigurationLoader(
            new Surroundings(Map.of("BBM_MAIN_URL", "postgresql://db/shop"), folder))
        .load(null)
        .failover();
  }
}
