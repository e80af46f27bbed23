package dev.bbm.starter.exactness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bbm.starter.exactness.KillSchedule.Victim;
import io.temporal.api.enums.v1.WorkflowExecutionStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** {@code n = n + 1}, killed again and again: each row is 1 in the end. */
@Timeout(1800)
final class ExactnessIT {

  private static final int ROWS = 200_000;
  private static final int OTHERS = 20_000;
  private static final WorkflowExecutionStatus COMPLETED =
      WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_COMPLETED;
  private static final WorkflowExecutionStatus RUNNING =
      WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING;

  /** The sweep looks for workflows that were not seen for 60 to 70 s. */
  private static final Duration SWEPT = Duration.ofMinutes(4);

  private static final int KILLS = Integer.getInteger("bbm.kills", 20);

  @Execution(ExecutionMode.CONCURRENT)
  @Test
  void everyRowIsChangedExactlyOnceOnTheRealServer() {
    everyRowIsChangedExactlyOnce(TemporalServer.Kind.DEV_SERVER, Math.max(1, KILLS * 3 / 20));
  }

  /**
   * Its workflows are lost with it, and come back by the sweep a minute later: one such kill has to
   * do.
   */
  @Execution(ExecutionMode.CONCURRENT)
  @Test
  void everyRowIsChangedExactlyOnceOnTheInJvmServer() {
    everyRowIsChangedExactlyOnce(TemporalServer.Kind.IN_JVM, Math.max(1, KILLS / 50));
  }

  private void everyRowIsChangedExactlyOnce(TemporalServer.Kind kind, int temporalKills) {
    var random = Seed.random();
    try (var cluster = Cluster.start(kind, ROWS, OTHERS)) {
      var database = cluster.database();
      // Work for longer than all kills take together: 1,000 sub-batches in each of four lanes.
      int pause = 30 * Math.max(1, KILLS / 20);
      queue(database, Subject.NUMBERS, 10_000, 100, pause + ", lanes => 2");
      queue(database, Subject.WORDS, 2_000, 20, Integer.toString(pause));
      queue(database, Subject.READINGS, 2_000, 20, Integer.toString(pause));
      var worker = cluster.worker("w").start();

      long began = System.nanoTime();
      var killed = new KillSchedule(cluster, worker, random, 700).run(victims(temporalKills));
      database.patiently(() -> database.value("SELECT audit.hurry()"));
      Await.until(
          () -> "the migrations finish; worker says " + worker.lastWords(),
          Duration.ofMinutes(6),
          () -> database.patiently(database::allFinished));
      var violations = Violations.in(database);

      System.out.printf(
          "%s: killed %s in %d s; violations: %s%n",
          kind, killed, (System.nanoTime() - began) / 1_000_000_000, violations);
      assertThat(violations).isEmpty();
      assertThat(killed).hasSizeGreaterThanOrEqualTo(KILLS);
      Await.until(
          () -> "the workflows end; they are " + cluster.workflows(),
          Duration.ofMinutes(4),
          () -> haveEnded(cluster.workflows(), kind));
    }
  }

  private static void queue(
      Migrated database, Subject subject, int batch, int subBatch, String pause) {
    database.queue(
        subject,
        ", batch_size => %1$d, max_batch_size => %1$d, sub_batch_size => %2$d, pause_ms => %3$s"
            .formatted(batch, subBatch, pause));
  }

  /**
   * A workflow that was lost with its server when its migration was finished already is not started
   * again.
   */
  private static boolean haveEnded(
      List<WorkflowExecutionStatus> workflows, TemporalServer.Kind kind) {
    return (kind == TemporalServer.Kind.IN_JVM || workflows.size() == Subject.all().size())
        && workflows.stream().allMatch(status -> status == COMPLETED);
  }

  private static List<Victim> victims(int temporalKills) {
    var victims = new ArrayList<Victim>();
    victims.addAll(Collections.nCopies(temporalKills, Victim.TEMPORAL));
    victims.addAll(Collections.nCopies(KILLS / 4, Victim.POSTGRES));
    victims.addAll(Collections.nCopies(KILLS - victims.size(), Victim.WORKER));
    return victims;
  }

  /** What the server knew stands in the tracking rows. */
  @Execution(ExecutionMode.CONCURRENT)
  @Test
  void unfinishedMigrationsGoOnFromTheirCursorsAfterTheLossOfTemporal() {
    try (var cluster = Cluster.start(TemporalServer.Kind.FORGETFUL, 200_000, 2_000)) {
      var database = cluster.database();
      long active =
          database.queue(
              Subject.NUMBERS, ", batch_size => 100000, sub_batch_size => 100, pause_ms => 10");
      long paused =
          database.queue(
              Subject.WORDS, ", batch_size => 2000, sub_batch_size => 10, pause_ms => 50");
      cluster.worker("w").start();
      awaitMoves(database, active, 5);
      awaitMoves(database, paused, 5);
      database.value("SELECT bbm.pause_migration(?, 'test', 'test')", paused);
      Await.until("it pauses", SWEPT, () -> claims(database, paused) == 0);
      Await.until(
          "the workflows are told of everything",
          SWEPT,
          () ->
              database.number(
                      "SELECT count(*) FROM bbm.batched_background_migrations WHERE revision > announced_revision")
                  == 0);

      cluster.temporal().killHard();
      Instant lost = Instant.now();
      cluster.temporal().start();
      long began = System.nanoTime();
      // None that the sweep has not started since, which on a busy machine has looked already.
      assertThat(cluster.startsOfWorkflows()).allMatch(lost::isBefore);
      // The slice under way ends by itself: nobody hears its heartbeats.
      Await.until("nothing runs", SWEPT, () -> claims(database, active) == 0);
      System.out.printf("the old slice ended %d s after the loss of Temporal%n", seconds(began));
      awaitMoves(database, active, database.moves(active) + 5);
      System.out.printf(
          "an active migration went on %d s after the loss of Temporal%n", seconds(began));
      Await.until("both workflows are back", SWEPT, () -> cluster.workflows().size() == 2);
      System.out.printf(
          "both workflows were back %d s after the loss of Temporal%n", seconds(began));

      assertThat(cluster.workflows()).containsOnly(RUNNING);
      assertThat(database.status(paused)).isEqualTo("paused");
      database.value("SELECT bbm.resume_migration(?, 'test', 'test')", paused);
      Await.until("both finish", SWEPT, database::allFinished);
      assertThat(Violations.in(database)).isEmpty();
      Await.until(
          "both workflows end",
          SWEPT,
          () -> cluster.workflows().stream().allMatch(COMPLETED::equals));
    }
  }

  private static long seconds(long since) {
    return (System.nanoTime() - since) / 1_000_000_000;
  }

  private static void awaitMoves(Migrated database, long migration, long count) {
    Await.until(
        "%d sub-batches of migration %d".formatted(count, migration),
        SWEPT,
        () -> database.moves(migration) >= count);
  }

  private static long claims(Migrated database, long migration) {
    return database.number(
        "SELECT count(*) FROM bbm.batched_background_migration_jobs WHERE batched_background_migration_id = ? AND claim IS NOT NULL",
        migration);
  }
}
