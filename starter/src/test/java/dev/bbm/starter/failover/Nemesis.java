package dev.bbm.starter.failover;

import dev.bbm.starter.embedded.ChildProcess;
import dev.bbm.starter.embedded.ServerSignal;
import dev.bbm.starter.exactness.TemporalServer;
import dev.bbm.starter.testbed.Levers;
import dev.bbm.starter.testbed.Sql;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Does harm to a failover under way, as a seed says; afterwards mends all that it broke. */
final class Nemesis {

  /** What it can do. */
  private enum Harm {
    KILL_WORKER,
    STOP_WORKER,
    KILL_COORDINATOR,
    STOP_COORDINATOR,
    CUT_STREAM,
    PAUSE_REPLAY,
    PROMOTE,
    FREEZE_PRIMARY,
    FREEZE_STANDBY,
    CRASH_PRIMARY,
    KILL_TEMPORAL,
    QUEUE,
    PAUSE_AND_RESUME,
    REPEAT_STEPS
  }

  private final LiveFailover failover;
  private final TemporalServer temporal;
  private final Random random;
  private final List<String> done = new ArrayList<>();

  Nemesis(LiveFailover failover, TemporalServer temporal, Random random) {
    this.failover = failover;
    this.temporal = temporal;
    this.random = random;
  }

  /** Some harms, one after the other, at moments within the failover's few seconds. */
  void strike() {
    // The coordinator's process needs a second or two to begin.
    sleep(random.nextInt(4_000));
    int strikes = 2 + random.nextInt(4);
    for (int n = 0; n < strikes; n++) {
      sleep(random.nextInt(700));
      Harm harm = Harm.values()[random.nextInt(Harm.values().length)];
      int duration = 200 + random.nextInt(2_500);
      done.add("%s (%d ms)".formatted(harm, duration));
      try {
        strike(harm, duration);
      } catch (IllegalStateException | AssertionError unreachable) {
        // A lever on a server that another harm, or the failover itself, has changed meanwhile.
        done.add("… " + unreachable.getMessage());
      }
    }
  }

  private void strike(Harm harm, int duration) {
    switch (harm) {
      case KILL_WORKER -> {
        failover.workers().getLast().killHard();
        failover.startWorker();
      }
      case STOP_WORKER -> stopFor(failover.workers().getLast(), duration);
      case KILL_COORDINATOR -> {
        failover.coordinator().killHard();
        sleep(duration);
        failover.startCoordinator(null);
      }
      case STOP_COORDINATOR -> stopFor(failover.coordinator(), duration);
      case CUT_STREAM -> {
        if (failover.pair().standby().isInRecovery()) {
          // One that remembers what it has cut.
          Levers standby = failover.pair().standbyLevers();
          standby.cutStream();
          sleep(duration);
          if (failover.pair().standby().isInRecovery()) {
            standby.restoreStream();
          }
        }
      }
      case PAUSE_REPLAY -> {
        failover.pair().standbyLevers().pauseReplay();
        sleep(duration);
        if (failover.pair().standby().isInRecovery()) {
          failover.pair().standbyLevers().resumeReplay();
        }
      }
      case PROMOTE -> {
        if (failover.pair().standby().isInRecovery()) {
          failover.pair().standbyLevers().promote();
        }
      }
      case FREEZE_PRIMARY -> {
        failover.pair().primaryLevers().freeze();
        sleep(duration);
        failover.pair().primaryLevers().thaw();
      }
      case FREEZE_STANDBY -> {
        failover.pair().standbyLevers().freeze();
        sleep(duration);
        failover.pair().standbyLevers().thaw();
      }
      case CRASH_PRIMARY -> {
        failover.pair().primaryLevers().crash();
        sleep(duration);
        failover.pair().primaryLevers().restart();
      }
      case KILL_TEMPORAL -> {
        temporal.killHard();
        sleep(duration);
        temporal.start();
      }
      case QUEUE -> queue();
      case PAUSE_AND_RESUME -> pauseAndResume(duration);
      case REPEAT_STEPS -> new LateCalls(failover, random).repeat(duration);
    }
  }

  private static void stopFor(ChildProcess process, int duration) {
    process.send(ServerSignal.STOP);
    sleep(duration);
    process.send(ServerSignal.CONT);
  }

  /** Refused, or there afterwards; here it is there already, so it must stay once. */
  private void queue() {
    failover
        .pair()
        .onPrimary()
        .execute(
            "SELECT bbm.queue_batched_background_migration('CountBuilds', 'ci_builds', batch_size => 400, sub_batch_size => 50)");
  }

  private void pauseAndResume(int duration) {
    String id =
        failover
            .pair()
            .onPrimary()
            .value(
                "SELECT id FROM bbm.batched_background_migrations WHERE table_name = 'ci_builds' LIMIT 1");
    failover.pair().onPrimary().execute("SELECT bbm.pause_migration(%s)".formatted(id));
    sleep(duration);
    failover.pair().onPrimary().execute("SELECT bbm.resume_migration(%s)".formatted(id));
  }

  /** Whatever was stopped goes on; whatever was paused is resumed where it lives. */
  void mend() {
    failover.pair().primaryLevers().thaw();
    failover.pair().standbyLevers().thaw();
    if (!failover.coordinator().isAlive()) {
      failover.startCoordinator(null);
    }
    if (failover.workers().stream().noneMatch(ChildProcess::isAlive)) {
      failover.startWorker();
    }
  }

  void resumePaused() {
    resumePaused(failover.pair().onPrimary());
    if (!failover.pair().standby().isInRecovery()) {
      resumePaused(failover.pair().onStandby());
    }
  }

  private static void resumePaused(Sql server) {
    server
        .rows(
            """
            SELECT m.id FROM bbm.batched_background_migrations AS m
              JOIN bbm.schema_ownership AS o ON o.gitlab_schema = m.gitlab_schema AND o.state = 'ACTIVE'
             WHERE m.status = 0
            """)
        .forEach(id -> server.execute("SELECT bbm.resume_migration(%s)".formatted(id)));
  }

  @Override
  public String toString() {
    return done.toString();
  }

  private static void sleep(int milliseconds) {
    try {
      Thread.sleep(milliseconds);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }
}
