package dev.bbm.starter.webui;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.bbm.starter.trial.Trial;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A person watches, pauses and resumes a migration in the Web UI of a real Temporal server.
 *
 * <p>Fails where there is no Chromium; {@code -Dbbm.browser=none} leaves it out. Its screenshots
 * are in target/screenshots.
 */
@Timeout(300)
final class WebUiIT {

  private static final String ROW =
      """
      SELECT concat_ws('|', bbm.status_name(status), reason, by)
        FROM bbm.migration_progress
      """;

  @TempDir private static Path folder;
  private static @Nullable Trial trial;
  private static @Nullable Browser browser;

  private MigrationPage page;

  @BeforeAll
  static void startAll() throws Exception {
    assumeFalse("none".equals(System.getProperty("bbm.browser")), "-Dbbm.browser=none");
    browser = Browser.start(folder.resolve("profile"), Path.of("target", "screenshots"));
    trial = Trial.withDevServer(folder.resolve("servers"));
    assertThat(trial.servers().temporal().webUi())
        .as(trial.servers().temporal().notice())
        .isPresent();
    queueSlowMigration(trial);
  }

  /**
   * A job of 20 sub-batches each 2 s, so that the page has figures at once: it is set after each.
   */
  private static void queueSlowMigration(Trial trial) throws Exception {
    trial.execute(
        """
        CREATE TABLE orders (id bigint PRIMARY KEY, currency text);
        INSERT INTO orders SELECT i FROM generate_series(1, 100000) AS i;
        ANALYZE orders
        """);
    trial.writeJobClass(
        "BackfillOrdersCurrency", "UPDATE orders SET currency = 'EUR' WHERE ${subBatch}");
    trial.install("orders");
    trial.startWorker(trial.jdbcUrl());
    trial.execute(
        """
        SELECT bbm.queue_batched_background_migration(
                   'BackfillOrdersCurrency', 'orders', 'id', job_interval => '2 seconds',
                   batch_size => 2000, sub_batch_size => 100, pause_ms => 50)
        """);
  }

  /** However long pages take on a busy machine, the migration is not done before all tests are. */
  @AfterEach
  void pauseBetweenTests() throws SQLException {
    trial()
        .execute(
            "SELECT bbm.pause_migration(number, 'between two tests', 'test') FROM bbm.migration_progress");
  }

  @BeforeEach
  void openPageOfTheRunningMigration() throws SQLException {
    trial().execute("SELECT bbm.resume_migration(number) FROM bbm.migration_progress");
    var webUi = trial().servers().temporal().webUi().orElseThrow();
    page =
        MigrationPage.find(
            Objects.requireNonNull(browser), webUi, "BackfillOrdersCurrency/orders.id/");
  }

  @Test
  void showsHowFarTheMigrationIsAndWhatOneCanDo() throws Exception {
    awaitRows(4_000);
    page.reload();

    var details = page.awaitDetails("▶ Running");

    page.takeScreenshot("running");
    assertThat(details)
        .containsPattern("^▶ Running\\s+Nothing to do\\.")
        .containsPattern("[█░]{10} [1-9][0-9]? % · as of [0-9:]{8} UTC \\(press R\\)")
        .containsPattern("Rows: [1-9][0-9]?,000 of ≈ 100,000 \\(planner estimate\\)")
        .containsPattern("Rate: [0-9,]+/s over 5 min · done ≈ [0-9:]{8} UTC")
        .containsPattern("Cursor: id [1-9][0-9]?000 · 1 lane · batch 2,000 / 100")
        .containsPattern("Owner: main, epoch 1, job class [0-9a-f]{4}")
        .contains("Failures: 0 (0 retried, healed)")
        .contains("You can (More Actions → Send an Update → one JSON object)")
        .contains("pause with {\"reason\": \"…\"}");
  }

  @Test
  void pausesWithTheReasonThatAPersonGives() throws Exception {
    page.awaitDetails("▶ Running");

    var description = page.chooseUpdate("pause");
    page.takeScreenshot("pause-dialog");
    page.submit("{\"reason\": \"browser test\"}");
    page.awaitAccepted();

    assertThat(description).contains("Pause the migration", "{\"reason\": \"maintenance\"");
    assertThat(trial().query(ROW)).isEqualTo("paused|browser test|Temporal");
    page.reload();
    assertThat(page.awaitDetails("Paused: browser test"))
        .containsPattern(
            "Since [0-9:]{8} UTC\\. By Temporal\\. Resume it with the update resume\\.")
        .contains("resume with {\"reason\": \"…\"}");
    page.takeScreenshot("paused");
    assertNothingChangesAnyMore();
  }

  @Test
  void refusesAPauseWithoutAReasonAndShowsWhatToSend() throws Exception {
    page.awaitDetails("▶ Running");

    page.chooseUpdate("pause");
    page.submit("{\"by\": \"somebody\"}");
    var refusal = page.awaitRefusal();

    page.takeScreenshot("pause-refused");
    assertThat(refusal).isEqualTo("give a reason: {\"reason\": \"maintenance\", \"by\": \"you\"}");
    assertThat(trial().query(ROW)).isEqualTo("active");
  }

  @Test
  void resumesAndGoesOnAtTheCursor() throws Exception {
    trial()
        .execute(
            "SELECT bbm.pause_migration(number, '<b>lunch</b> _now_', 'psql') FROM bbm.migration_progress");
    awaitDetailsAfterReload("Paused: <b>lunch</b> _now_");
    long before = changedRows();

    page.chooseUpdate("resume");
    page.submit("{\"reason\": \"lunch is over\", \"by\": \"a person\"}");
    page.awaitAccepted();

    assertThat(
            trial()
                .query(
                    "SELECT by || ': ' || reason FROM bbm.migration_events ORDER BY id DESC LIMIT 1"))
        .isEqualTo("a person: lunch is over");
    awaitRows(before + 1);
    awaitDetailsAfterReload("▶ Running");
    page.takeScreenshot("resumed");
  }

  /** What was changed elsewhere reaches the page with the worker's next sweep. */
  private void awaitDetailsAfterReload(String text) throws InterruptedException {
    Thread.sleep(1_500);
    page.reload();
    page.awaitDetails(text);
  }

  private static void assertNothingChangesAnyMore() throws Exception {
    long rows = changedRows();
    Thread.sleep(1_000);
    assertThat(changedRows()).isEqualTo(rows);
  }

  private static void awaitRows(long count) throws Exception {
    var end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
    while (changedRows() < count) {
      assertThat(System.nanoTime()).as("%d rows are not reached", count).isLessThan(end);
      Thread.sleep(100);
    }
  }

  private static long changedRows() throws SQLException {
    return Long.parseLong(trial().query("SELECT count(*) FROM orders WHERE currency = 'EUR'"));
  }

  private static Trial trial() {
    return Objects.requireNonNull(trial);
  }

  /**
   * Closes all, and finds no process of it alive: neither a descendant nor one that names the
   * folder.
   */
  @AfterAll
  static void endAllAndLeaveNothing() {
    var processes = ProcessHandle.current().descendants().toList();
    if (browser != null) {
      browser.close();
    }
    if (trial != null) {
      trial.close();
    }
    assertThat(processes)
        .allSatisfy(process -> assertThat(process.onExit()).succeedsWithin(Duration.ofSeconds(60)));
    assertThat(commandLinesWith(folder.toString())).isEmpty();
  }

  private static List<String> commandLinesWith(String text) {
    return ProcessHandle.allProcesses()
        .flatMap(process -> process.info().commandLine().stream())
        .filter(Pattern.compile(text, Pattern.LITERAL).asPredicate())
        .toList();
  }
}
