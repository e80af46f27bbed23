package dev.bbm.starter.exactness;

import dev.bbm.workflows.migration.BatchedMigrationWorkflow;
import dev.bbm.workflows.migration.ChangeRequest;
import io.temporal.client.WorkflowQueryException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * One migration that is paused by an update and resumed by SQL at the same time, again and again.
 */
final class PauseRace {

  /** A slice that saw nothing of a pause shows its migration anew at its end, after 30 s. */
  private static final Duration SETTLED = Duration.ofMinutes(2);

  private static final int LEAST_LONGEST_DELAY_MILLIS = 250;

  private final Migrated database;
  private final TemporalClient temporal;
  private final Subject subject;
  private final Random random;
  private volatile int pauseMillis;

  PauseRace(Cluster cluster, TemporalClient temporal, Subject subject, long seed) {
    this.database = cluster.database();
    this.temporal = temporal;
    this.subject = subject;
    this.random = new Random(seed);
  }

  /** Returns the state in which each round ended. */
  List<String> run(int rounds) throws Exception {
    long id = database.queue(subject, ", batch_size => 20000, sub_batch_size => 2, pause_ms => 20");
    var workflow =
        temporal.client().newWorkflowStub(BatchedMigrationWorkflow.class, database.workflowId(id));
    Await.until("the workflow has begun", SETTLED, () -> database.moves(id) > 0);
    var endings = new ArrayList<String>();
    for (int round = 1; round <= rounds; round++) {
      race(workflow, id);
      Await.until(
          "row and workflow agree in round %d on %s".formatted(round, subject.table()),
          SETTLED,
          () -> status(workflow).equals(database.status(id)));
      endings.add(database.status(id));
    }
    database.value("SELECT bbm.resume_migration(?, 'over', 'test')", id);
    long before = database.moves(id);
    Await.until("it goes on when the races are over", SETTLED, () -> database.moves(id) > before);
    return endings;
  }

  /**
   * An update takes longer than a function call: without a delay the pause would always win. On a
   * busy machine it takes still longer, and the longest delay with it.
   */
  private void race(BatchedMigrationWorkflow workflow, long id) throws Exception {
    int delay = random.nextInt(Math.max(LEAST_LONGEST_DELAY_MILLIS, 2 * pauseMillis));
    RacesIT.atOnce(
        List.of(
            () -> {
              long began = System.nanoTime();
              var answer = workflow.pause(new ChangeRequest("race", "test"));
              pauseMillis = (int) ((System.nanoTime() - began) / 1_000_000);
              return answer;
            },
            () -> {
              Await.sleep(delay);
              return database.value("SELECT bbm.resume_migration(?, 'race', 'test')", id);
            }));
  }

  private static String status(BatchedMigrationWorkflow workflow) {
    try {
      return workflow.progress().status().word();
    } catch (WorkflowQueryException justContinuedAsNew) {
      return "unknown";
    }
  }
}
