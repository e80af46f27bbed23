package dev.bbm.starter.failover;

import dev.bbm.activities.failover.JournalRow;
import dev.bbm.starter.config.ConfigurationLoader;
import dev.bbm.starter.config.Settings;
import dev.bbm.starter.config.Surroundings;
import dev.bbm.starter.config.TemporalConnection;
import dev.bbm.workflows.failover.FailoverRequest;
import dev.bbm.workflows.failover.FailoverWorkflow;
import io.temporal.activity.ActivityExecutionContext;
import io.temporal.api.enums.v1.WorkflowIdConflictPolicy;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.common.interceptors.ActivityInboundCallsInterceptor;
import io.temporal.common.interceptors.ActivityInboundCallsInterceptorBase;
import io.temporal.common.interceptors.WorkerInterceptor;
import io.temporal.common.interceptors.WorkerInterceptorBase;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The coordinator of the tests, in a process of its own: as {@code bbm failover start} hosts it,
 * but for a point at which it ends itself as kill -9 would.
 */
final class CoordinatorMain {

  /** The FailoverRequest as JSON. */
  static final String REQUEST = "FAILOVER_REQUEST";

  /** A {@link CrashPoint}; absent for none. */
  static final String CRASH = "FAILOVER_CRASH";

  private CoordinatorMain() {}

  public static void main(String[] arguments) throws InterruptedException {
    Map<String, String> variables = System.getenv();
    var surroundings = new Surroundings(variables, Path.of("").toAbsolutePath());
    Settings settings = new ConfigurationLoader(surroundings).load(null);
    FailoverRequest request = JournalRow.read(Objects.requireNonNull(variables.get(REQUEST)));
    try (var temporal = TemporalConnection.of(settings, surroundings)) {
      start(temporal.client(), request);
      FailoverCoordinator.host(settings, temporal, request, interceptors(variables.get(CRASH)));
      Thread.currentThread().join();
    }
  }

  private static void start(WorkflowClient client, FailoverRequest request) {
    FailoverWorkflow workflow =
        client.newWorkflowStub(
            FailoverWorkflow.class,
            WorkflowOptions.newBuilder()
                .setTaskQueue(FailoverWorkflow.TASK_QUEUE)
                .setWorkflowId(request.scope().workflowId())
                .setWorkflowIdConflictPolicy(
                    WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING)
                .build());
    WorkflowClient.start(workflow::run, request);
  }

  private static List<WorkerInterceptor> interceptors(@Nullable String crash) {
    return crash == null ? List.of() : List.of(new Crash(CrashPoint.parse(crash)));
  }

  private static final class Crash extends WorkerInterceptorBase {

    private final CrashPoint point;

    Crash(CrashPoint point) {
      this.point = point;
    }

    @Override
    public ActivityInboundCallsInterceptor interceptActivity(ActivityInboundCallsInterceptor next) {
      return new ActivityInboundCallsInterceptorBase(next) {

        private boolean isHere;

        @Override
        public void init(ActivityExecutionContext context) {
          String type = context.getInfo().getActivityType();
          isHere =
              type.toLowerCase(Locale.ROOT)
                  .equals("failover." + point.activity().toLowerCase(Locale.ROOT));
          super.init(context);
        }

        @Override
        public ActivityOutput execute(ActivityInput input) {
          if (isHere && point.phase() == CrashPoint.Phase.BEFORE) {
            Runtime.getRuntime().halt(137);
          }
          ActivityOutput output = super.execute(input);
          if (isHere && point.phase() == CrashPoint.Phase.UNRECORDED) {
            Runtime.getRuntime().halt(137);
          }
          if (isHere) {
            haltSoon();
          }
          return output;
        }
      };
    }

    /** Once the answer has reached the server. */
    private static void haltSoon() {
      Thread.ofPlatform()
          .daemon()
          .start(() -> {
            try {
              Thread.sleep(60);
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            Runtime.getRuntime().halt(137);
          });
    }
  }
}
