package dev.bbm.activities.failover;

import static dev.bbm.activities.failover.Steps.isDone;
import static dev.bbm.activities.failover.Steps.on;
import static dev.bbm.activities.failover.Steps.reading;
import static dev.bbm.activities.failover.Steps.refused;
import static dev.bbm.activities.failover.Steps.require;

import dev.bbm.activities.ownership.SchemaLocks;
import dev.bbm.activities.topology.Database;
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
import dev.bbm.workflows.failover.SchemaEntry;
import dev.bbm.workflows.failover.StepRules;
import dev.bbm.workflows.failover.Verdict;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;
import io.temporal.activity.Activity;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out the steps on the two servers; every write is a {@link StepTransaction}. */
public final class FailoverActivitiesImpl implements FailoverActivities {

  private static final Logger log = LoggerFactory.getLogger(FailoverActivitiesImpl.class);

  /** How often a step looks whether what it waits for has come. */
  private static final Duration LOOK = Duration.ofMillis(10);

  /** After two tries of 5 s bbm's own sessions that still hold the keys are ended. */
  private static final int PATIENT_ATTEMPTS = 2;

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
        () -> {
          on(servers.source(), mapper -> mapper.open(JournalRow.of(request)));
          return new FailoverChecks(servers, hooks).before(request);
        });
  }

  @Override
  public List<String> label(FailoverRequest request) {
    return step(
        request,
        FailoverStep.LABEL,
        () -> on(servers.source(), it -> it.labelMigrations(request.scope().id(), request.by())));
  }

  @Override
  public long drain(FailoverRequest request) {
    return step(
        request,
        FailoverStep.DRAIN,
        waiting -> {
          String moved = JournalRow.json(request.scope().movedSchemas());
          // Beyond the steps that follow: who drains no more lets go at the latest then.
          Duration longest =
              request
                  .budgets()
                  .drain()
                  .plus(request.budgets().fence())
                  .plus(request.budgets().lock());
          on(
              servers.source(),
              it -> it.beginDrain(request.scope().id(), moved, longest.toMillis() / 1000.0));
          long end = System.nanoTime() + request.budgets().drain().toNanos();
          long claimed = countClaimed(moved);
          while (claimed > 0 && System.nanoTime() < end) {
            waiting.pause(LOOK);
            claimed = countClaimed(moved);
          }
          return claimed;
        });
  }

  private long countClaimed(String moved) {
    return reading(servers.source(), it -> it.countClaimed(moved));
  }

  @Override
  public FenceToken fence(FailoverRequest request) {
    return step(
        request,
        FailoverStep.FENCE,
        () -> {
          String moved = JournalRow.json(request.scope().movedSchemas());
          if (Activity.getExecutionContext().getInfo().getAttempt() > PATIENT_ATTEMPTS) {
            long ended = on(servers.source(), it -> it.terminateHolders(moved));
            log.warn("Ended {} sessions of bbm that held up the fence", ended);
          }
          require(
              new StepTransaction(request)
                  .onMoved(servers.source(), view -> rules.fence(request.scope(), view)));
          List<SchemaEntry> rows = movedRows(request, servers.source());
          on(
              servers.source(),
              it ->
                  it.noteMigrations(
                      request.scope().id(), "fence", JournalRow.json(allSchemas(it))));
          return tokenOf(rows);
        });
  }

  private static FenceToken tokenOf(List<SchemaEntry> rows) {
    var epochs = new TreeMap<String, Long>();
    rows.forEach(row -> epochs.put(row.gitlabSchema(), row.epoch()));
    return new FenceToken(rows.getFirst().timeline(), epochs);
  }

  private static List<SchemaEntry> movedRows(FailoverRequest request, Database database) {
    return reading(database, FailoverMapper::listEntries).stream()
        .filter(row -> request.scope().moves(row.gitlabSchema()))
        .toList();
  }

  private static List<String> allSchemas(FailoverMapper mapper) {
    return mapper.listEntries().stream().map(SchemaEntry::gitlabSchema).toList();
  }

  @Override
  public int lockMoved(FailoverRequest request) {
    return step(
        request,
        FailoverStep.LOCK_APP,
        () -> {
          int locked =
              new SchemaLocks(servers.source(), request.scope().id(), request.scope()::moves)
                  .lock();
          servers
              .source()
              .transactions()
              .inTransaction(session ->
                  session.getMapper(FailoverCheckMapper.class).noteLocked(request.scope().id()));
          return locked;
        });
  }

  @Override
  public String catchUp(FailoverRequest request, FenceToken fence) {
    return step(
        request,
        FailoverStep.CATCH_UP,
        waiting -> {
          String position = reading(servers.source(), FailoverMapper::loadFlushedPosition);
          var transaction = new StepTransaction(request);
          while (!hasReached(position, fence)
              || !isDone(
                  rules.seeFence(request.scope(), fence, transaction.look(servers.copy())))) {
            waiting.pause(LOOK);
          }
          return position;
        });
  }

  private boolean hasReached(String position, FenceToken fence) {
    StandbyRow standby = reading(servers.copy(), it -> it.loadStandby(position));
    if (!standby.inRecovery()) {
      throw refused("the copy was promoted before it was seen to have caught up");
    }
    Integer received = standby.receivedTimeline();
    return standby.caughtUp() && received != null && received == fence.timeline();
  }

  @Override
  public void promote(FailoverRequest request, FenceToken fence) {
    var transaction = new StepTransaction(request);
    beating(waiting -> {
      if (transaction.look(servers.copy()).inRecovery()) {
        if (!isDone(rules.seeFence(request.scope(), fence, transaction.look(servers.copy())))) {
          throw refused("the standby does not show the fence");
        }
        promote(request);
      }
      return true;
    });
  }

  private void promote(FailoverRequest request) {
    if (request.promotion() == Promotion.COMMAND) {
      new HookRun(request.scope(), hooks).run(Hook.PROMOTE, false);
      return;
    }
    // Below the socket's timeout; asked again by the retry.
    boolean promoted = on(servers.copy(), it -> it.promote(30));
    if (!promoted) {
      throw ApplicationException.of(
          ErrorCode.STATEMENT_TIMEOUT, "the standby was asked to promote and has not within 30 s");
    }
  }

  @Override
  public int confirmPromotion(FailoverRequest request, FenceToken fence) {
    return step(
        request,
        FailoverStep.PROMOTE,
        waiting -> {
          var transaction = new StepTransaction(request);
          while (!isDone(
              rules.confirmPromotion(request.scope(), fence, transaction.look(servers.copy())))) {
            waiting.pause(LOOK);
          }
          return transaction.look(servers.copy()).timeline();
        });
  }

  @Override
  public String adopt(FailoverRequest request, FenceToken fence, String newPlace) {
    return step(
        request,
        FailoverStep.ADOPT,
        () -> {
          FailoverScope scope = request.scope();
          require(
              new StepTransaction(request)
                  .onAll(
                      servers.copy(),
                      view -> rules.adopt(scope, fence, view, newPlace),
                      (mapper, verdict) -> {
                        if (verdict instanceof Verdict.Write) {
                          mapper.settleOnCopy(scope.id(), scope.toDatabase(), newPlace);
                          mapper.noteMigrations(
                              scope.id(),
                              "start",
                              JournalRow.json(
                                  allSchemas(mapper).stream().filter(scope::livesOnCopy).toList()));
                        }
                      }));
          new SchemaLocks(servers.copy(), scope.id(), scope::livesOnCopy).unlock();
          return movedRows(request, servers.copy()).getFirst().place();
        });
  }

  @Override
  public int retire(FailoverRequest request, FenceToken fence) {
    return step(
        request,
        FailoverStep.RETIRE,
        () -> {
          FailoverScope scope = request.scope();
          require(
              new StepTransaction(request)
                  .onMoved(
                      servers.source(),
                      view -> rules.retire(scope, fence, view),
                      (mapper, _) ->
                          mapper.transferMigrations(
                              scope.id(),
                              JournalRow.json(scope.movedSchemas()),
                              scope.toDatabase())));
          return reading(servers.source(), it -> it.countTransferred(scope.id()));
        });
  }

  @Override
  public void decide(FailoverRequest request, FenceToken fence) {
    step(
        request,
        FailoverStep.DECIDE,
        () -> {
          require(
              new StepTransaction(request)
                  .onMoved(servers.source(), view -> rules.decide(request.scope(), fence, view)));
          return Decision.COMMIT;
        });
  }

  @Override
  public long activate(FailoverRequest request, FenceToken fence) {
    return step(
        request,
        FailoverStep.ACTIVATE,
        () -> {
          require(
              new StepTransaction(request)
                  .onAll(
                      servers.copy(), view -> rules.activate(request.scope(), view), (_, _) -> {}));
          return movedRows(request, servers.copy()).stream()
              .mapToLong(SchemaEntry::epoch)
              .max()
              .orElseThrow();
        });
  }

  @Override
  public int lockForeign(FailoverRequest request) {
    return step(
        request,
        FailoverStep.REPOINT,
        () ->
            new SchemaLocks(
                    servers.copy(),
                    request.scope().id(),
                    schema -> !request.scope().livesOnCopy(schema))
                .lock());
  }

  @Override
  public List<CheckResult> verify(FailoverRequest request, FenceToken fence) {
    return step(
        request,
        FailoverStep.VERIFY,
        () -> new FailoverChecks(servers, hooks).after(request, fence));
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
  public long fenceCopy(FailoverRequest request, boolean copyIsStopped) {
    return beating(_ -> new WayBack(servers, rules, request).fenceCopy(copyIsStopped));
  }

  @Override
  public void takeBack(
      FailoverRequest request, long copyEpoch, boolean copyIsStopped, String reason) {
    beating(_ -> new WayBack(servers, rules, request).takeBack(copyEpoch, reason));
  }

  private <T> T step(FailoverRequest request, FailoverStep step, Supplier<T> work) {
    return step(request, step, _ -> work.get());
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
