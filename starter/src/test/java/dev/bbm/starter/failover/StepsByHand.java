package dev.bbm.starter.failover;

import dev.bbm.activities.OpenDatabase;
import dev.bbm.activities.failover.FailoverActivitiesImpl;
import dev.bbm.activities.failover.FailoverServers;
import dev.bbm.activities.failure.FailureInterceptor;
import dev.bbm.activities.job.JobClasses;
import dev.bbm.activities.migration.TokenKeeper;
import dev.bbm.activities.topology.Database;
import dev.bbm.activities.topology.DatabaseSettings;
import dev.bbm.activities.topology.Secret;
import dev.bbm.starter.testbed.CountedTable;
import dev.bbm.starter.testbed.FailoverPair;
import dev.bbm.starter.testbed.Invariants;
import dev.bbm.starter.testbed.Observed;
import dev.bbm.starter.testbed.Sql;
import dev.bbm.starter.testbed.Violation;
import dev.bbm.starter.testbed.Witness;
import dev.bbm.workflows.failover.FailoverActivities;
import dev.bbm.workflows.failover.FailoverRequest;
import dev.bbm.workflows.failover.FailoverScope;
import dev.bbm.workflows.failover.FenceToken;
import dev.bbm.workflows.failover.Promotion;
import dev.bbm.workflows.failover.StepRules;
import dev.bbm.workflows.failure.ApplicationException;
import io.temporal.activity.ActivityOptions;
import io.temporal.common.RetryOptions;
import io.temporal.failure.ActivityFailure;
import io.temporal.testing.TestActivityEnvironment;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.worker.WorkerFactoryOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Stream;

/**
 * The steps of one failover of gitlab_ci on two servers, called by a test instead of by the
 * workflow, so in any order; with one migration, and workers that look whom they may work for.
 */
final class StepsByHand implements AutoCloseable {

  private final FailoverPair pair;
  private final String uid;
  private final JobClasses classes;
  private final Database source;
  private final Database copy;
  private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(1);
  private final TestActivityEnvironment environment;
  private final FailoverActivities steps;
  private final FailoverRequest request;

  StepsByHand(Path folder, StepRules rules) {
    pair = FailoverPair.start(folder);
    Witness.install(pair.onPrimary());
    uid = pair.queue(CountedTable.BUILDS);
    classes = JobClasses.load(pair.jobClasses(), StepsByHand.class.getClassLoader());
    source = OpenDatabase.of(settings("main", pair.onPrimary()), "bbm/failover-test", List.of());
    copy = OpenDatabase.of(settings("ci", pair.onStandby()), "bbm/failover-test", List.of());
    environment =
        TestActivityEnvironment.newInstance(
            TestEnvironmentOptions.newBuilder()
                .setWorkerFactoryOptions(
                    WorkerFactoryOptions.newBuilder()
                        .setWorkerInterceptors(new FailureInterceptor())
                        .build())
                .build());
    environment.registerActivitiesImplementations(
        new FailoverActivitiesImpl(new FailoverServers(source, copy), Map.of(), rules, timer));
    steps =
        environment.newActivityStub(
            FailoverActivities.class,
            ActivityOptions.newBuilder()
                .setStartToCloseTimeout(Duration.ofSeconds(30))
                .setRetryOptions(RetryOptions.newBuilder().setMaximumAttempts(1).build())
                .build());
    request =
        new FailoverRequest(
            new FailoverScope(UUID.randomUUID().toString(), "main", "ci", "", List.of("gitlab_ci")),
            Promotion.PG_PROMOTE,
            List.of(),
            List.of(),
            FailoverOnServers.SHORT,
            "the test");
  }

  private static DatabaseSettings settings(String name, Sql server) {
    return new DatabaseSettings(
        name, server.jdbcUrl(), "", new Secret(""), List.of(), true, true, 4);
  }

  FailoverPair pair() {
    return pair;
  }

  FailoverActivities steps() {
    return steps;
  }

  FailoverRequest request() {
    return request;
  }

  /** Steps 0 to 4. */
  FenceToken fence() {
    steps.check(request);
    steps.label(request);
    FenceToken fence = steps.fence(request);
    steps.lockMoved(request);
    return fence;
  }

  /** Steps 6 and 7. */
  void promoteAndAdopt(FenceToken fence) {
    steps.promote(request, fence);
    steps.confirmPromotion(request, fence);
    steps.adopt(request, fence, UUID.randomUUID().toString());
  }

  /** Steps 0 to 7. */
  FenceToken untilAdopted() {
    FenceToken fence = fence();
    steps.catchUp(request, fence);
    promoteAndAdopt(fence);
    return fence;
  }

  /** Steps 8 to 10. */
  void moveOver(FenceToken fence) {
    steps.retire(request, fence);
    steps.decide(request, fence);
    steps.activate(request, fence);
  }

  /** Tries it again as the workflow does: the first time may meet a connection that is broken. */
  static void insist(Runnable steps) {
    if (isRefused(steps)) {
      steps.run();
    }
  }

  /** Whether it is refused, also when it is tried again, or finds nobody who answers. */
  static boolean isRefusedForGood(Runnable steps) {
    return Stream.of(steps, steps).allMatch(StepsByHand::isRefused);
  }

  private static boolean isRefused(Runnable steps) {
    try {
      steps.run();
      return false;
    } catch (ActivityFailure refused) {
      return true;
    }
  }

  /** A new worker takes the token that this server gives, and tries one sub-batch. */
  boolean works(Sql server) {
    try (var keeper = new TokenKeeper(settings("ci", server), "worker", classes)) {
      return keeper.claim(uid, keeper.token("gitlab_ci")).map(keeper::runSubBatch).isPresent();
    } catch (ApplicationException refused) {
      return false;
    }
  }

  /** What is violated on both servers, by its numbers. */
  List<Integer> violations() {
    boolean moved =
        pair.onPrimary()
                .rows("SELECT id FROM bbm.failovers WHERE decision = 'COMMIT' AND NOT rolled_back")
                .size()
            == 1;
    try (var main = Observed.of("main", pair.onPrimary());
        var ci = Observed.of("ci", pair.onStandby())) {
      List<Violation> found =
          moved ? Invariants.afterwards(main, ci) : Invariants.atAnyTime(main, ci);
      return found.stream().map(Violation::invariant).distinct().sorted().toList();
    }
  }

  @Override
  public void close() {
    environment.close();
    timer.shutdownNow();
    source.close();
    copy.close();
    pair.close();
  }
}
