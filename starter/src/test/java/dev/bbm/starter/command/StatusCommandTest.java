package dev.bbm.starter.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bbm.activities.database.PostgresExtension;
import dev.bbm.starter.command.Cli.Result;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 180, unit = TimeUnit.SECONDS)
final class StatusCommandTest {

  @RegisterExtension static final PostgresExtension postgres = new PostgresExtension();

  @TempDir static Path folder;

  private static Cli cli;

  @BeforeAll
  static void install() throws IOException {
    cli = TrackedMigration.installed(postgres, folder);
  }

  @BeforeEach
  void queue() {
    TrackedMigration.queued(postgres);
  }

  @Test
  void showsTheFactsWhileTemporalIsDown() {
    TrackedMigration.underWay(postgres);

    Result result = cli.run("status main_1");

    assertThat(
            result
                .out()
                .replaceAll("[0-9]+/s ETA [0-9]+ s", "RATE ETA")
                .replaceAll("[0-9]{4}-[0-9-]*T[0-9:]*Z", "TIME")
                .replaceAll("hash [0-9a-f]+", "hash HASH"))
        .isEqualTo(
            """
            main_1  AddOne on orders.id
              state     active
              progress  ██████░░░░░ 54 % RATE ETA
              rows      540 of ≈ 1,000 (planner estimate)
              cursor    id ["540"]
              batches   1,000 in sub-batches of 100, 1 lane
              failures  0 jobs failed, 0 healed
              owner     main of gitlab_main, epoch 1
              job class hash HASH
              started   TIME
              next      ./bbm status main_1 --watch
            """);
    assertThat(result.err()).isEmpty();
    assertThat(result.exitCode()).isZero();
  }

  @Test
  void saysWhoPausedItAndWhy() {
    cli.runWords("pause", "main_1", "--reason", "deploy");

    assertThat(cli.run("status main_1").out())
        .containsPattern("state     paused by ann: deploy since [0-9:]{8}\n")
        .contains("next      ./bbm resume main_1\n");
  }

  @Test
  void saysThatNoWorkerHasLookedAtIt() {
    postgres.execute(
        """
        UPDATE bbm.batched_background_migrations SET updated_at = clock_timestamp() - interval '6 seconds'
        """);

    assertThat(cli.run("status main_1").out())
        .endsWith("no worker has looked at it: ./bbm worker, and check that it reaches Temporal\n");
  }

  @Test
  void saysNothingOfWorkersWhileOneLooks() {
    postgres.execute(
        """
        UPDATE bbm.batched_background_migrations
           SET updated_at = clock_timestamp() - interval '1 hour', created_at = clock_timestamp() - interval '1 hour',
               announced_revision = revision, workflow_seen_at = clock_timestamp() - interval '1 minute'
        """);

    assertThat(cli.run("status main_1").out()).doesNotContain("no worker");
  }

  @Test
  void answersMachinesInJson() {
    TrackedMigration.underWay(postgres);

    var document = Json.read(cli.run("status main_1 --output json").out()).orElseThrow();

    assertThat(document.properties().stream().map(Map.Entry::getKey))
        .containsExactly(
            "id",
            "uid",
            "gitlab_schema",
            "owner_database",
            "epoch",
            "revision",
            "status",
            "job_class_name",
            "job_class_hash",
            "table_name",
            "column_name",
            "reason",
            "by",
            "since",
            "rows",
            "estimated_rows",
            "percent",
            "rows_per_second",
            "cursor",
            "lanes",
            "batch_size",
            "sub_batch_size",
            "failed_jobs",
            "retried_jobs",
            "as_of",
            "started_at",
            "finished_at");
    assertThat(document.path("status").asText()).isEqualTo("active");
    assertThat(document.path("cursor").path(0).asText()).isEqualTo("540");
    assertThat(document.path("rows").asLong()).isEqualTo(540);
    assertThat(Instant.parse(document.path("started_at").asText()))
        .isBetween(Instant.now().minusSeconds(600), Instant.now().plusSeconds(600));
  }

  @Test
  void watchesUntilItFinishes() {
    TrackedMigration.underWay(postgres);
    var watching =
        CompletableFuture.supplyAsync(() -> cli.run("status main_1 --watch --every 20ms"));
    TrackedMigration.finished(postgres);

    Result result = watching.join();

    assertThat(result.out())
        .endsWith("finished: 540 rows, 0 failed\n")
        .doesNotContain("\u001b", "\r");
    assertThat(result.err()).isEmpty();
    assertThat(result.exitCode()).isZero();
  }

  @Test
  void endsWithOneWhenTheWatchedMigrationFails() {
    TrackedMigration.underWay(postgres);
    TrackedMigration.failed(postgres);

    assertThat(cli.run("status main_1 --watch"))
        .isEqualTo(
            new Result(
                1,
                "failed: 1 jobs failed 3 times; 1 jobs, see ./bbm events main_1 --failures\n",
                ""));
  }

  @Test
  void refusesAnIdThatNoMigrationHas() {
    assertThat(cli.run("status main_9"))
        .isEqualTo(new Result(2, "", "error: no migration main_9\nhint: ./bbm list\n"));
  }

  @Test
  void refusesToWatchForMachines() {
    assertThat(cli.run("status main_1 --watch --output json"))
        .isEqualTo(
            new Result(
                2,
                "",
                "error: --watch is for people; with --output json use bbm wait\nhint: ./bbm status --help\n"));
  }
}
