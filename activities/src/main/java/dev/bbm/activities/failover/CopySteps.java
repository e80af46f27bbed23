package dev.bbm.activities.failover;

import static dev.bbm.activities.failover.Steps.isDone;
import static dev.bbm.activities.failover.Steps.movedRows;
import static dev.bbm.activities.failover.Steps.on;
import static dev.bbm.activities.failover.Steps.reading;
import static dev.bbm.activities.failover.Steps.refused;
import static dev.bbm.activities.failover.Steps.require;

import dev.bbm.activities.ownership.SchemaLocks;
import dev.bbm.activities.topology.Database;
import dev.bbm.workflows.failover.FailoverRequest;
import dev.bbm.workflows.failover.FailoverScope;
import dev.bbm.workflows.failover.FenceToken;
import dev.bbm.workflows.failover.SchemaEntry;
import dev.bbm.workflows.failover.ServerView;
import dev.bbm.workflows.failover.StepRules;
import dev.bbm.workflows.failover.Verdict;
import dev.bbm.workflows.failure.ApplicationException;
import dev.bbm.workflows.failure.ErrorCode;

/** The steps that wait for the copy or change it: 5 to 7, 10 and 11. */
final class CopySteps {

  private final FailoverServers servers;
  private final Database copy;
  private final StepRules rules;
  private final FailoverScope scope;
  private final StepTransaction transaction;

  CopySteps(FailoverServers servers, StepRules rules, FailoverRequest request) {
    this.servers = servers;
    this.copy = servers.copy();
    this.rules = rules;
    this.scope = request.scope();
    this.transaction = new StepTransaction(request);
  }

  /** Returns the position that the copy has reached. */
  String catchUp(FenceToken fence, Beat beat) {
    String position = reading(servers.source(), FailoverMapper::loadFlushedPosition);
    while (!hasReached(position, fence)
        || !isDone(rules.seeFence(scope, fence, transaction.look(copy)))) {
      beat.pause(Steps.LOOK);
    }
    return position;
  }

  private boolean hasReached(String position, FenceToken fence) {
    StandbyRow standby = reading(copy, it -> it.loadStandby(position));
    if (!standby.inRecovery()) {
      throw refused("the copy was promoted before it was seen to have caught up");
    }
    Integer received = standby.receivedTimeline();
    return standby.caughtUp() && received != null && received == fence.timeline();
  }

  /** Whether it is a standby still, which shows the fence. */
  boolean isToBePromoted(FenceToken fence) {
    ServerView view = transaction.look(copy);
    if (view.inRecovery() && !isDone(rules.seeFence(scope, fence, view))) {
      throw refused("the standby does not show the fence");
    }
    return view.inRecovery();
  }

  /** Only asks for it: confirmPromotion waits. */
  void promote() {
    boolean asked = on(copy, FailoverMapper::askToPromote);
    if (!asked) {
      throw ApplicationException.of(
          ErrorCode.STATEMENT_TIMEOUT, "the standby could not be asked to promote");
    }
  }

  /** Returns its timeline. */
  int confirmPromotion(FenceToken fence, Beat beat) {
    ServerView view = transaction.look(copy);
    while (!isDone(rules.confirmPromotion(scope, fence, view))) {
      beat.pause(Steps.LOOK);
      view = transaction.look(copy);
    }
    return view.timeline();
  }

  /** Returns the place that it has. */
  String adopt(FenceToken fence, String newPlace) {
    require(
        transaction.onAll(
            copy,
            view -> rules.adopt(scope, fence, view, newPlace),
            (mapper, verdict) -> {
              if (verdict instanceof Verdict.Write) {
                mapper.settleOnCopy(scope.id(), scope.toDatabase(), newPlace);
                mapper.noteMigrations(
                    scope.id(),
                    "start",
                    JournalRow.json(
                        Steps.allSchemas(mapper).stream().filter(scope::livesOnCopy).toList()));
              }
            }));
    new SchemaLocks(copy, scope.id(), scope::livesOnCopy).unlock();
    return movedRows(copy, scope).getFirst().place();
  }

  /** Returns the epoch of the moved schemas. */
  long activate() {
    require(transaction.onAll(copy, view -> rules.activate(scope, view), (_, _) -> {}));
    return movedRows(copy, scope).stream().mapToLong(SchemaEntry::epoch).max().orElseThrow();
  }

  /** How many tables are locked. */
  int lockForeign() {
    return new SchemaLocks(copy, scope.id(), schema -> !scope.livesOnCopy(schema)).lock();
  }
}
