package dev.bbm.starter.exactness;

import dev.bbm.starter.embedded.StopMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Kills at random moments, drawn from a seed; each after new work was seen, some during the
 * recovery.
 */
final class KillSchedule {

  /** What is killed with -9 and started again at once. */
  enum Victim {
    WORKER,
    POSTGRES,
    TEMPORAL
  }

  private static final Duration RECOVERY_LIMIT = Duration.ofMinutes(4);

  private final Cluster cluster;
  private final WorkerJvm worker;
  private final Random random;
  private final int longestWorkMillis;
  private final List<Victim> done = new ArrayList<>();

  KillSchedule(Cluster cluster, WorkerJvm worker, Random random, int longestWorkMillis) {
    this.cluster = cluster;
    this.worker = worker;
    this.random = random;
    this.longestWorkMillis = longestWorkMillis;
  }

  /** Kills all of them in random order, unless the work ends before. Returns what was killed. */
  List<Victim> run(List<Victim> victims) {
    var order = new ArrayList<>(victims);
    Collections.shuffle(order, random);
    for (Victim victim : order) {
      if (!awaitWork()) {
        break;
      }
      Await.sleep(random.nextInt(longestWorkMillis));
      kill(victim);
      if (random.nextInt(5) == 0) {
        Await.sleep(random.nextInt(1_500));
        killWorker();
      }
    }
    return done;
  }

  /** False when everything is finished. */
  private boolean awaitWork() {
    var database = cluster.database();
    long before = database.patiently(database::moves);
    Await.until(
        () -> "work goes on after killing " + done + "; worker says " + worker.lastWords(),
        RECOVERY_LIMIT,
        () -> database.patiently(() -> database.moves() > before || database.allFinished()));
    return !database.patiently(database::allFinished);
  }

  private void kill(Victim victim) {
    switch (victim) {
      case WORKER -> killWorker();
      case POSTGRES -> {
        // As pg_ctl stop -m immediate does, or kill -9 of every process.
        if (random.nextBoolean()) {
          cluster.postgres().killHard();
        } else {
          cluster.postgres().stop(StopMode.IMMEDIATE);
        }
        cluster.postgres().start();
        done.add(victim);
      }
      case TEMPORAL -> {
        cluster.temporal().killHard();
        Await.sleep(random.nextInt(500));
        cluster.temporal().start();
        done.add(victim);
      }
    }
  }

  private void killWorker() {
    worker.killHard();
    worker.start();
    done.add(Victim.WORKER);
  }
}
