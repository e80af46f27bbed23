package dev.bbm.activities.failover;

import static dev.bbm.activities.failover.Steps.movedRows;
import static dev.bbm.activities.failover.Steps.on;
import static dev.bbm.activities.failover.Steps.reading;
import static dev.bbm.activities.failover.Steps.require;

import dev.bbm.activities.ownership.SchemaLocks;
import dev.bbm.activities.topology.Database;
import dev.bbm.workflows.failover.Decision;
import dev.bbm.workflows.failover.FailoverRequest;
import dev.bbm.workflows.failover.FailoverScope;
import dev.bbm.workflows.failover.FenceToken;
import dev.bbm.workflows.failover.StepRules;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The steps that change the source: 1 to 4, 8 and 9. */
final class SourceSteps {

  private static final Logger log = LoggerFactory.getLogger(SourceSteps.class);

  /** After two tries of 5 s bbm's own sessions that still hold the keys are ended. */
  private static final int PATIENT_ATTEMPTS = 2;

  private final Database source;
  private final StepRules rules;
  private final FailoverRequest request;
  private final FailoverScope scope;
  private final String moved;
  private final StepTransaction transaction;

  SourceSteps(Database source, StepRules rules, FailoverRequest request) {
    this.source = source;
    this.rules = rules;
    this.request = request;
    this.scope = request.scope();
    this.moved = JournalRow.json(scope.movedSchemas());
    this.transaction = new StepTransaction(request);
  }

  List<String> label() {
    return on(source, it -> it.labelMigrations(scope.id(), request.by()));
  }

  /** How many jobs were still claimed at its end. */
  long drain(Beat beat) {
    // Beyond the steps that follow: who drains no more lets go at the latest then.
    Duration longest =
        request.budgets().drain().plus(request.budgets().fence()).plus(request.budgets().lock());
    on(source, it -> it.beginDrain(scope.id(), moved, longest.toMillis() / 1000.0));
    long end = System.nanoTime() + request.budgets().drain().toNanos();
    long claimed = countClaimed();
    while (claimed > 0 && System.nanoTime() < end) {
      beat.pause(Steps.LOOK);
      claimed = countClaimed();
    }
    return claimed;
  }

  private long countClaimed() {
    return reading(source, it -> it.countClaimed(moved));
  }

  FenceToken fence(int attempt) {
    if (attempt > PATIENT_ATTEMPTS) {
      long ended = on(source, it -> it.terminateHolders(moved));
      log.warn("Ended {} sessions of bbm that held up the fence", ended);
    }
    require(transaction.onMoved(source, view -> rules.fence(scope, view)));
    FenceToken token = FenceToken.of(movedRows(source, scope));
    on(source, it -> it.noteMigrations(scope.id(), "fence", JournalRow.json(Steps.allSchemas(it))));
    return token;
  }

  /** How many tables are locked. */
  int lockMoved() {
    int locked = new SchemaLocks(source, scope.id(), scope::moves).lock();
    source
        .transactions()
        .inTransaction(
            session -> session.getMapper(FailoverCheckMapper.class).noteLocked(scope.id()));
    return locked;
  }

  /** How many migrations were transferred. */
  int retire(FenceToken fence) {
    require(
        transaction.onMoved(
            source,
            view -> rules.retire(scope, fence, view),
            (mapper, _) -> mapper.transferMigrations(scope.id(), moved, scope.toDatabase())));
    return reading(source, it -> it.countTransferred(scope.id()));
  }

  Decision decide(FenceToken fence) {
    require(transaction.onMoved(source, view -> rules.decide(scope, fence, view)));
    return Decision.COMMIT;
  }
}
