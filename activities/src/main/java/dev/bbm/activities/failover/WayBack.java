package dev.bbm.activities.failover;

import static dev.bbm.activities.failover.Steps.on;
import static dev.bbm.activities.failover.Steps.reading;
import static dev.bbm.activities.failover.Steps.refused;
import static dev.bbm.activities.failover.Steps.require;

import dev.bbm.activities.ownership.SchemaLocks;
import dev.bbm.activities.topology.Database;
import dev.bbm.workflows.failover.Decision;
import dev.bbm.workflows.failover.FailoverRequest;
import dev.bbm.workflows.failover.FailoverScope;
import dev.bbm.workflows.failover.SchemaEntry;
import dev.bbm.workflows.failover.StepRules;
import dev.bbm.workflows.failover.Verdict;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCategory;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ways back: an abort before the decision, a rollback after it. Source: failover-protocol.md,
 * section 3.7.
 */
final class WayBack {

  private static final Logger log = LoggerFactory.getLogger(WayBack.class);

  /** Far more than one place hands out between a failover and its rollback. */
  private static final int SKIPPED_IDS = 2_000_000;

  private final FailoverServers servers;
  private final StepRules rules;
  private final FailoverRequest request;
  private final FailoverScope scope;
  private final StepTransaction transaction;

  WayBack(FailoverServers servers, StepRules rules, FailoverRequest request) {
    this.servers = servers;
    this.rules = rules;
    this.request = request;
    this.scope = request.scope();
    this.transaction = new StepTransaction(request);
  }

  /** COMMIT, with nothing changed, when that is decided. */
  Decision abort(String reason) {
    return journal()
        .recorded(
            "ABORT",
            () -> {
              Verdict word = sayAbort(reason, false);
              if (word instanceof Verdict.Wait) {
                // The source may have lost COMMIT: a copy that is active answers for it.
                if (retireCopy() instanceof Verdict.Refused) {
                  return Decision.COMMIT;
                }
                word = sayAbort(reason, true);
              }
              if (word instanceof Verdict.Refused) {
                return Decision.COMMIT;
              }
              require(word);
              ifItAnswers(this::retireCopy);
              new SchemaLocks(servers.source(), scope.id(), scope::moves).unlock();
              require(
                  transaction.onMoved(
                      servers.source(),
                      view -> rules.restore(scope, view),
                      (mapper, _) -> mapper.bringMigrationsBack(scope.id(), request.by())));
              on(
                  servers.source(),
                  it -> it.endDrain(scope.id(), JournalRow.json(scope.movedSchemas())));
              return Decision.ABORT;
            });
  }

  private Verdict sayAbort(String reason, boolean copyIsOut) {
    return transaction.onMoved(
        servers.source(), view -> rules.abort(scope, view, copyIsOut), (_, _) -> {}, reason);
  }

  private Verdict retireCopy() {
    return transaction.onAll(
        servers.copy(), view -> rules.retireCopy(scope, view, false), (_, _) -> {});
  }

  /**
   * The highest epoch on the copy, which accepts nothing any more; what it wrote until then has
   * come back, where the operator's own replication brings it.
   */
  long fenceCopy(boolean copyIsStopped, Beat beat) {
    return journal()
        .recorded(
            "FENCE_COPY",
            () -> {
              var replication = new ReverseReplication(servers, scope);
              Optional<ReverseSubscription> subscription = replication.requireUsable(copyIsStopped);
              try {
                require(
                    transaction.onAll(
                        servers.copy(), view -> rules.fenceCopy(scope, view), (_, _) -> {}));
                replication.receiveRest(subscription, true, beat);
                return highestEpoch(servers.copy());
              } catch (ApplicationException failure) {
                if (!copyIsStopped || failure.code().category() != ErrorCategory.UNAVAILABLE) {
                  throw failure;
                }
                replication.receiveRest(subscription, false, beat);
                // The copy had at most the fence's, its activation's and that of a fence that
                // nobody saw.
                return highestEpoch(servers.source()) + 2;
              }
            });
  }

  private static long highestEpoch(Database database) {
    return reading(database, FailoverMapper::listEntries).stream()
        .mapToLong(SchemaEntry::epoch)
        .max()
        .orElseThrow();
  }

  /** The source goes on; the copy's own migrations end. */
  boolean takeBack(long copyEpoch, String reason) {
    return journal()
        .recorded(
            "TAKE_BACK",
            () -> {
              new SchemaLocks(servers.source(), scope.id(), scope::moves).unlock();
              require(
                  transaction.onMoved(
                      servers.source(),
                      view -> rules.takeBack(scope, view, copyEpoch),
                      (mapper, verdict) -> {
                        mapper.bringMigrationsBack(scope.id(), request.by());
                        if (verdict instanceof Verdict.Write) {
                          mapper.skipIds(SKIPPED_IDS);
                        }
                      },
                      reason));
              ifItAnswers(() ->
                  transaction.onAll(
                      servers.copy(),
                      view -> rules.retireCopy(scope, view, true),
                      (mapper, _) -> mapper.giveUpCopy(scope.id(), request.by())));
              return true;
            });
  }

  private StepJournal journal() {
    return new StepJournal(servers.source(), request);
  }

  /** A copy that does not answer changes nothing: nothing activates it any more. */
  private static void ifItAnswers(Supplier<Verdict> work) {
    try {
      if (work.get() instanceof Verdict.Refused refusal) {
        throw refused(refusal.why());
      }
    } catch (ApplicationException failure) {
      if (failure.code().category() != ErrorCategory.UNAVAILABLE) {
        throw failure;
      }
      log.warn("The copy was not told that it is given up: {}", failure.getMessage());
    }
  }
}
