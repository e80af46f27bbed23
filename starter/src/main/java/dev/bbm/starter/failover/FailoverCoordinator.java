package dev.bbm.starter.failover;

import dev.bbm.activities.failover.FailoverActivitiesImpl;
import dev.bbm.activities.failover.HookCommand;
import dev.bbm.starter.config.HookSettings;
import dev.bbm.starter.config.Settings;
import dev.bbm.starter.config.TemporalConnection;
import dev.bbm.starter.worker.InJvmServer;
import dev.bbm.workflows.failover.FailoverRequest;
import dev.bbm.workflows.failover.Hook;
import dev.bbm.workflows.failover.StepRules;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import io.temporal.common.interceptors.WorkerInterceptor;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Collectors;

/**
 * Hosts one failover: its workflow and its steps run in this process for as long as this is open.
 * Killed, any other one goes on where it was.
 */
public final class FailoverCoordinator implements AutoCloseable {

  private final FailoverDatabases databases;
  private final ScheduledExecutorService timer;
  private final FailoverHost host;

  private FailoverCoordinator(
      FailoverDatabases databases, ScheduledExecutorService timer, FailoverHost host) {
    this.databases = databases;
    this.timer = timer;
    this.host = host;
  }

  /**
   * Begins to host; refuses where the configuration here lacks what the failover needs.
   *
   * @param interceptors of workflows and activities, for tests
   */
  public static FailoverCoordinator host(
      Settings settings,
      TemporalConnection temporal,
      FailoverRequest request,
      List<WorkerInterceptor> interceptors) {
    requireHooks(settings, request);
    temporal.requireServer();
    FailoverDatabases databases = FailoverDatabases.open(settings, request.scope());
    ScheduledExecutorService timer =
        Executors.newScheduledThreadPool(
            1, Thread.ofPlatform().daemon().name("bbm-failover-", 0).factory());
    var steps =
        new FailoverActivitiesImpl(
            databases.servers(), commands(settings.failover().hooks()), new StepRules(), timer);
    boolean sticky = !InJvmServer.answers(temporal.stubs());
    return new FailoverCoordinator(
        databases, timer, new FailoverHost(temporal.client(), steps, sticky, interceptors));
  }

  /** A hook that is not configured on this machine must not be passed over in silence. */
  private static void requireHooks(Settings settings, FailoverRequest request) {
    request.hooks().stream()
        .filter(hook -> !settings.failover().hooks().containsKey(hook))
        .findFirst()
        .ifPresent(hook -> {
          throw ApplicationException.of(
              ErrorCode.INVALID_CONFIGURATION,
              "the failover runs the hook %s, which is not configured here".formatted(hook.key()),
              "add failover.%s.command to bbm.yml, as where it was started".formatted(hook.key()));
        });
  }

  static Map<Hook, HookCommand> commands(Map<Hook, HookSettings> hooks) {
    return hooks.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, it -> command(it.getValue())));
  }

  private static HookCommand command(HookSettings hook) {
    String undo = hook.undo();
    return new HookCommand(
        shell(hook.command()), undo == null ? null : shell(undo), hook.timeout());
  }

  private static List<String> shell(String command) {
    return List.of("/bin/sh", "-c", command);
  }

  @Override
  public void close() {
    host.close();
    timer.shutdownNow();
    databases.close();
  }
}
