package dev.bbm.activities.failover;

import dev.bbm.workflows.failover.CheckResult;
import dev.bbm.workflows.failover.Decision;
import dev.bbm.workflows.failover.FailoverActivities;
import dev.bbm.workflows.failover.FailoverRequest;
import dev.bbm.workflows.failover.FailoverScope;
import dev.bbm.workflows.failover.FailoverStep;
import dev.bbm.workflows.failover.FenceToken;
import dev.bbm.workflows.failover.Hook;
import dev.bbm.workflows.failover.HookResult;
import dev.bbm.workflows.failover.MigrationVerdict;
import dev.bbm.workflows.failover.Promotion;
import dev.bbm.workflows.failover.StepRules;
import io.temporal.activity.Activity;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;

/**
 * Carries out the steps on the two servers, beating meanwhile; every write is a {@link
 * StepTransaction}, and every step is in the journal.
 */
public final class FailoverActivitiesImpl implements FailoverActivities {

  private final FailoverServers servers;
  private final Map<Hook, HookCommand> hooks;
  private final StepRules rules;
  private final ScheduledExecutorService timer;

  /** Connects to nothing yet. */
  public FailoverActivitiesImpl(
      FailoverServers servers,
      Map<Hook, HookCommand> hooks,
      StepRules rules,
      ScheduledExecutorService timer) {
    this.servers = servers;
    this.hooks = Map.copyOf(hooks);
    this.rules = rules;
    this.timer = timer;
  }

  @Override
  public List<CheckResult> check(FailoverRequest request) {
    return step(
        request,
        FailoverStep.CHECK,
        _ -> {
          Steps.on(servers.source(), mapper -> mapper.open(JournalRow.of(request)));
          return new FailoverChecks(servers, hooks).before(request);
        });
  }

  @Override
  public List<String> label(FailoverRequest request) {
    return step(request, FailoverStep.LABEL, _ -> source(request).label());
  }

  @Override
  public long drain(FailoverRequest request) {
    return step(request, FailoverStep.DRAIN, source(request)::drain);
  }

  @Override
  public FenceToken fence(FailoverRequest request) {
    int attempt = Activity.getExecutionContext().getInfo().getAttempt();
    return step(request, FailoverStep.FENCE, _ -> source(request).fence(attempt));
  }

  @Override
  public int lockMoved(FailoverRequest request) {
    return step(request, FailoverStep.LOCK_APP, _ -> source(request).lockMoved());
  }

  @Override
  public String catchUp(FailoverRequest request, FenceToken fence) {
    return step(request, FailoverStep.CATCH_UP, beat -> copy(request).catchUp(fence, beat));
  }

  @Override
  public void promote(FailoverRequest request, FenceToken fence) {
    beating(_ -> {
      CopySteps copy = copy(request);
      if (copy.isToBePromoted(fence)) {
        if (request.promotion() == Promotion.COMMAND) {
          new HookRun(request.scope(), hooks).run(Hook.PROMOTE, false);
        } else {
          copy.promote();
        }
      }
      return true;
    });
  }

  @Override
  public int confirmPromotion(FailoverRequest request, FenceToken fence) {
    return step(request, FailoverStep.PROMOTE, beat -> copy(request).confirmPromotion(fence, beat));
  }

  @Override
  public String adopt(FailoverRequest request, FenceToken fence, String newPlace) {
    return step(request, FailoverStep.ADOPT, _ -> copy(request).adopt(fence, newPlace));
  }

  @Override
  public int retire(FailoverRequest request, FenceToken fence) {
    return step(request, FailoverStep.RETIRE, _ -> source(request).retire(fence));
  }

  @Override
  public void decide(FailoverRequest request, FenceToken fence) {
    step(request, FailoverStep.DECIDE, _ -> source(request).decide(fence));
  }

  @Override
  public long activate(FailoverRequest request, FenceToken fence) {
    return step(request, FailoverStep.ACTIVATE, _ -> copy(request).activate());
  }

  @Override
  public int lockForeign(FailoverRequest request) {
    return step(request, FailoverStep.REPOINT, _ -> copy(request).lockForeign());
  }

  @Override
  public List<CheckResult> verify(FailoverRequest request, FenceToken fence) {
    return step(
        request,
        FailoverStep.VERIFY,
        _ -> new FailoverChecks(servers, hooks).after(request, fence));
  }

  @Override
  public HookResult runHook(FailoverRequest request, Hook hook, boolean undo) {
    return beating(_ -> new HookRun(request.scope(), hooks).run(hook, undo));
  }

  @Override
  public List<MigrationVerdict> listMigrations(FailoverScope scope) {
    return beating(_ -> new MigrationVerdicts(servers).of(scope));
  }

  @Override
  public Decision abort(FailoverRequest request, String reason) {
    return beating(_ -> new WayBack(servers, rules, request).abort(reason));
  }

  @Override
  public boolean checkRollback(FailoverScope scope, boolean copyIsStopped) {
    return new ReverseReplication(servers, scope).requireUsable(copyIsStopped).isPresent();
  }

  @Override
  public long fenceCopy(FailoverRequest request, boolean copyIsStopped) {
    return beating(beat -> new WayBack(servers, rules, request).fenceCopy(copyIsStopped, beat));
  }

  @Override
  public void takeBack(
      FailoverRequest request, long copyEpoch, boolean copyIsStopped, String reason) {
    beating(_ -> new WayBack(servers, rules, request).takeBack(copyEpoch, reason));
  }

  private SourceSteps source(FailoverRequest request) {
    return new SourceSteps(servers.source(), rules, request);
  }

  private CopySteps copy(FailoverRequest request) {
    return new CopySteps(servers, rules, request);
  }

  private <T> T step(FailoverRequest request, FailoverStep step, Function<Beat, T> work) {
    return beating(beat ->
        new StepJournal(servers.source(), request).recorded(step.name(), () -> work.apply(beat)));
  }

  private <T> T beating(Function<Beat, T> work) {
    try (Beat beat = new Beat(Activity.getExecutionContext(), timer)) {
      return work.apply(beat);
    }
  }
}
