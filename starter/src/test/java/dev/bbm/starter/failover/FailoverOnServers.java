package dev.bbm.starter.failover;

import dev.bbm.activities.OpenDatabase;
import dev.bbm.activities.failover.FailoverActivitiesImpl;
import dev.bbm.activities.failover.FailoverServers;
import dev.bbm.activities.failover.HookCommand;
import dev.bbm.activities.failure.FailureInterceptor;
import dev.bbm.activities.topology.Database;
import dev.bbm.activities.topology.DatabaseSettings;
import dev.bbm.activities.topology.Secret;
import dev.bbm.starter.testbed.FailoverPair;
import dev.bbm.workflows.failover.Budgets;
import dev.bbm.workflows.failover.FailoverReport;
import dev.bbm.workflows.failover.FailoverRequest;
import dev.bbm.workflows.failover.FailoverRollbackWorkflow;
import dev.bbm.workflows.failover.FailoverRollbackWorkflowImpl;
import dev.bbm.workflows.failover.FailoverScope;
import dev.bbm.workflows.failover.FailoverStep;
import dev.bbm.workflows.failover.FailoverWorkflow;
import dev.bbm.workflows.failover.FailoverWorkflowImpl;
import dev.bbm.workflows.failover.Hook;
import dev.bbm.workflows.failover.Promotion;
import dev.bbm.workflows.failover.RollbackRequest;
import dev.bbm.workflows.failover.StepRules;
import dev.bbm.workflows.migration.Messages;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.client.WorkflowOptions;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.WorkerFactoryOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The failover's workflow and activities over a pair of servers, with an in-JVM Temporal. */
final class FailoverOnServers implements AutoCloseable {

  static final Budgets SHORT =
      new Budgets(
          Duration.ofSeconds(5),
          Duration.ofSeconds(60),
          Duration.ofSeconds(60),
          Duration.ofSeconds(10),
          Duration.ofSeconds(60),
          Duration.ofSeconds(60),
          Duration.ofMinutes(3),
          Duration.ofSeconds(30));

  private final TestWorkflowEnvironment temporal;
  private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(1);
  private final Database source;
  private final Database copy;
  private final FailoverScope scope;

  FailoverOnServers(FailoverPair pair, StepRules rules, Map<Hook, HookCommand> hooks) {
    temporal =
        TestWorkflowEnvironment.newInstance(
            TestEnvironmentOptions.newBuilder()
                .setUseTimeskipping(false)
                .setWorkflowClientOptions(
                    WorkflowClientOptions.newBuilder().setDataConverter(Messages.CONVERTER).build())
                .setWorkerFactoryOptions(
                    WorkerFactoryOptions.newBuilder()
                        .setWorkerInterceptors(new FailureInterceptor())
                        .build())
                .build());
    source = open("main", pair.primary().jdbcUrl(FailoverPair.DATABASE));
    copy = open("ci", pair.standby().server().jdbcUrl(FailoverPair.DATABASE));
    scope =
        new FailoverScope(
            UUID.randomUUID().toString(),
            "main",
            "ci",
            copy.settings().url().replaceAll("\\?.*", ""),
            List.of("gitlab_ci"));
    var worker = temporal.newWorker(FailoverWorkflow.TASK_QUEUE);
    worker.registerWorkflowImplementationTypes(
        FailoverWorkflowImpl.class, FailoverRollbackWorkflowImpl.class);
    worker.registerActivitiesImplementations(
        new FailoverActivitiesImpl(new FailoverServers(source, copy), hooks, rules, timer));
    temporal.start();
  }

  private static Database open(String name, String url) {
    return OpenDatabase.of(
        new DatabaseSettings(name, url, "", new Secret(""), List.of(), true, true, 4),
        "bbm/failover-test",
        List.of());
  }

  FailoverScope scope() {
    return scope;
  }

  FailoverRequest request(Promotion promotion, FailoverStep... approvals) {
    return new FailoverRequest(scope, promotion, List.of(approvals), List.of(), SHORT, "the test");
  }

  FailoverWorkflow workflow() {
    return temporal.getWorkflowClient().newWorkflowStub(FailoverWorkflow.class, options());
  }

  /** Runs it to its end; one that hangs fails with where it hangs. */
  FailoverReport run(FailoverRequest request) {
    CompletableFuture<FailoverReport> end = WorkflowClient.execute(workflow()::run, request);
    try {
      return end.get(4, TimeUnit.MINUTES);
    } catch (TimeoutException hangs) {
      throw new AssertionError("hangs: " + running().progress(), hangs);
    } catch (ExecutionException failed) {
      throw (RuntimeException) failed.getCause();
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  FailoverWorkflow running() {
    return temporal.getWorkflowClient().newWorkflowStub(FailoverWorkflow.class, scope.workflowId());
  }

  FailoverReport rollBack(FailoverRequest request, boolean copyIsStopped) {
    return temporal
        .getWorkflowClient()
        .newWorkflowStub(FailoverRollbackWorkflow.class, options())
        .run(new RollbackRequest(request, copyIsStopped, "the copy is slow", "the test"));
  }

  private WorkflowOptions options() {
    return WorkflowOptions.newBuilder()
        .setTaskQueue(FailoverWorkflow.TASK_QUEUE)
        .setWorkflowId(scope.workflowId())
        .build();
  }

  @Override
  public void close() {
    temporal.close();
    timer.shutdownNow();
    source.close();
    copy.close();
  }
}
