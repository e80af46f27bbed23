package dev.bbm.starter.failover;

import dev.bbm.activities.OpenDatabase;
import dev.bbm.activities.failover.FailoverActivitiesImpl;
import dev.bbm.activities.failover.FailoverServers;
import dev.bbm.activities.topology.Database;
import dev.bbm.activities.topology.DatabaseSettings;
import dev.bbm.activities.topology.Secret;
import dev.bbm.starter.testbed.Sql;
import dev.bbm.workflows.failover.FailoverActivities;
import dev.bbm.workflows.failover.FailoverRequest;
import dev.bbm.workflows.failover.FenceToken;
import dev.bbm.workflows.failover.StepRules;
import io.temporal.activity.ActivityOptions;
import io.temporal.common.RetryOptions;
import io.temporal.testing.TestActivityEnvironment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A coordinator that was cut off: it calls again what the journal says was once called, at any
 * later time. Nothing may come of it.
 */
final class LateCalls {

  private static final Pattern TOKEN =
      Pattern.compile("FenceToken\\[timeline=(\\d+), epochs=\\{gitlab_ci=(\\d+)}]");

  private final LiveFailover failover;
  private final Random random;

  LateCalls(LiveFailover failover, Random random) {
    this.failover = failover;
    this.random = random;
  }

  /** So many milliseconds long; returns how many calls there were. */
  int repeat(int milliseconds) {
    ScheduledExecutorService timer = Executors.newScheduledThreadPool(1);
    try (Database source = open("main", failover.pair().onPrimary());
        Database copy = open("ci", failover.pair().onStandby())) {
      var environment = TestActivityEnvironment.newInstance();
      environment.registerActivitiesImplementations(
          new FailoverActivitiesImpl(
              new FailoverServers(source, copy), Map.of(), new StepRules(), timer));
      FailoverActivities steps =
          environment.newActivityStub(
              FailoverActivities.class,
              ActivityOptions.newBuilder()
                  .setStartToCloseTimeout(Duration.ofSeconds(20))
                  .setRetryOptions(RetryOptions.newBuilder().setMaximumAttempts(1).build())
                  .build());
      int calls = 0;
      long end = System.nanoTime() + milliseconds * 1_000_000L;
      while (System.nanoTime() < end) {
        List<Runnable> once = called(steps);
        if (!once.isEmpty()) {
          quietly(once.get(random.nextInt(once.size())));
          calls++;
        }
        Thread.onSpinWait();
      }
      environment.close();
      return calls;
    } finally {
      timer.shutdownNow();
    }
  }

  private List<Runnable> called(FailoverActivities steps) {
    FailoverRequest request = failover.request();
    String id = request.scope().id();
    List<String> journal =
        failover
            .pair()
            .onPrimary()
            .rows(
                "SELECT step, outcome FROM bbm.failover_steps WHERE failover_id = '%s'"
                    .formatted(id));
    // Before the fence there is none, and no step that takes one has been called.
    FenceToken token = token(journal);
    var calls = new ArrayList<Runnable>();
    for (String line : journal) {
      @Nullable Runnable call =
          switch (line.substring(0, line.indexOf('|'))) {
            case "LABEL" -> () -> steps.label(request);
            case "FENCE" -> () -> steps.fence(request);
            case "LOCK_APP" -> () -> steps.lockMoved(request);
            case "ADOPT" -> () -> steps.adopt(request, token, UUID.randomUUID().toString());
            case "RETIRE" -> () -> steps.retire(request, token);
            case "DECIDE" -> () -> steps.decide(request, token);
            case "ACTIVATE" -> () -> steps.activate(request, token);
            case "REPOINT" -> () -> steps.lockForeign(request);
            case "ABORT" -> () -> steps.abort(request, "late");
            default -> null;
          };
      if (call != null) {
        calls.add(call);
      }
    }
    return calls;
  }

  private static FenceToken token(List<String> journal) {
    for (String line : journal) {
      Matcher token = TOKEN.matcher(line);
      if (token.find()) {
        return new FenceToken(
            Integer.parseInt(token.group(1)), Map.of("gitlab_ci", Long.valueOf(token.group(2))));
      }
    }
    return new FenceToken(0, Map.of());
  }

  /** Refused or not: what comes of it is seen by the invariants. */
  private static void quietly(Runnable call) {
    try {
      call.run();
    } catch (RuntimeException refused) {
      // As it should be.
    }
  }

  private static Database open(String name, Sql server) {
    return OpenDatabase.of(
        new DatabaseSettings(name, server.jdbcUrl(), "", new Secret(""), List.of(), true, true, 4),
        "bbm/failover-late",
        List.of());
  }
}
