package dev.bbm.workflows.failover;

import static dev.bbm.workflows.ownership.OwnershipState.ACTIVE;
import static dev.bbm.workflows.ownership.OwnershipState.FENCED;
import static dev.bbm.workflows.ownership.OwnershipState.READY;
import static dev.bbm.workflows.ownership.OwnershipState.RETIRED;

import dev.bbm.workflows.ownership.OwnershipState;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * What each step of a failover may write, given what the server says now: pure, so that a model
 * check explores the very rules that the activities apply. Each may be repeated, and a delayed
 * repeat does nothing. Source: failover-protocol.md, section 3.3.
 */
public class StepRules {

  /**
   * Step 3, on the source: no sub-batch, queueing or change of the moved schemas passes after it.
   */
  public Verdict fence(FailoverScope scope, ServerView source) {
    if (source.decision() != null) {
      return new Verdict.Refused("the journal says " + source.decision() + " already");
    }
    if (source.inRecovery()) {
      return new Verdict.Refused("the source is a standby");
    }
    return changeMoved(
        scope,
        source,
        row -> row.is(FENCED, scope) || row.is(RETIRED, scope),
        row -> row.state() == ACTIVE && row.timeline() == source.timeline(),
        row -> row.with(FENCED, row.epoch() + 1, scope.id()));
  }

  /** Step 5, on the standby: only seeing the fence proves that it has caught up. */
  public Verdict seeFence(FailoverScope scope, FenceToken fence, ServerView copy) {
    if (!copy.inRecovery()) {
      return new Verdict.Refused("the copy was promoted before it was seen to have caught up");
    }
    return showsFence(scope, fence, copy)
        ? new Verdict.Done()
        : new Verdict.Wait("the standby does not show the fence yet");
  }

  /** Step 6, on the copy: it must descend from the fenced source. */
  public Verdict confirmPromotion(FailoverScope scope, FenceToken fence, ServerView copy) {
    if (copy.inRecovery()) {
      return new Verdict.Wait("the copy is still a standby");
    }
    boolean descends = copy.timeline() > fence.timeline() && showsFence(scope, fence, copy);
    boolean later = all(scope, copy, row -> row.is(READY, scope) || row.is(ACTIVE, scope));
    return descends || later
        ? new Verdict.Done()
        : new Verdict.Refused("the promoted copy does not show the fence: it must be rebuilt");
  }

  /**
   * Step 7, on the promoted copy: a place of its own, which accepts nothing yet. Two promoted
   * copies of one source are alike in all but this random place.
   */
  public Verdict adopt(FailoverScope scope, FenceToken fence, ServerView copy, String newPlace) {
    if (copy.inRecovery()) {
      return new Verdict.Wait("the copy is still a standby");
    }
    if (all(scope, copy, row -> row.is(READY, scope) || row.is(ACTIVE, scope))) {
      return new Verdict.Done();
    }
    if (copy.timeline() <= fence.timeline() || !showsFence(scope, fence, copy)) {
      return new Verdict.Refused("the copy does not show the fence of this failover");
    }
    List<SchemaEntry> rows =
        copy.schemas().stream().map(row -> adopted(scope, copy, newPlace, row)).toList();
    return Verdict.Write.of(rows);
  }

  private static SchemaEntry adopted(
      FailoverScope scope, ServerView copy, String place, SchemaEntry row) {
    OwnershipState state = scope.livesOnCopy(row.gitlabSchema()) ? READY : RETIRED;
    String owner = scope.moves(row.gitlabSchema()) ? scope.toDatabase() : row.ownerDatabase();
    return row.with(state, row.epoch(), scope.id()).at(place, owner).onTimeline(copy.timeline());
  }

  /** Step 8, on the source: only on the timeline on which it was fenced. */
  public Verdict retire(FailoverScope scope, FenceToken fence, ServerView source) {
    if (source.inRecovery() || source.timeline() != fence.timeline()) {
      return new Verdict.Refused(
          "the source was promoted since it was fenced (timeline %d, now %d)"
              .formatted(fence.timeline(), source.timeline()));
    }
    if (source.decision() == Decision.ABORT) {
      return new Verdict.Refused("the journal says ABORT");
    }
    return changeMoved(
        scope,
        source,
        row -> row.is(RETIRED, scope),
        row -> row.is(FENCED, scope) && fence.matches(row),
        row -> row.with(RETIRED, row.epoch(), scope.id()));
  }

  /** Step 9, on the source: the point of no return. */
  public Verdict decide(FailoverScope scope, FenceToken fence, ServerView source) {
    if (source.decision() == Decision.COMMIT) {
      return new Verdict.Done();
    }
    if (source.decision() == Decision.ABORT) {
      return new Verdict.Refused("the journal says ABORT");
    }
    if (source.journal() == null || source.inRecovery() || source.timeline() != fence.timeline()) {
      return new Verdict.Refused("the source was promoted since it was fenced");
    }
    return all(scope, source, row -> row.is(RETIRED, scope) && fence.matches(row))
        ? new Verdict.Write(List.of(), Decision.COMMIT, false)
        : new Verdict.Refused("the source is not retired");
  }

  /**
   * Step 10, on the copy, once the decision is COMMIT. A copy that was itself promoted meanwhile is
   * active on the timeline that it now has.
   */
  public Verdict activate(FailoverScope scope, ServerView copy) {
    if (copy.inRecovery()) {
      return new Verdict.Wait("the copy is a standby now");
    }
    if (all(scope, copy, row -> row.is(ACTIVE, scope))) {
      return new Verdict.Done();
    }
    if (!all(scope, copy, row -> row.is(READY, scope))) {
      return new Verdict.Refused("the copy is not ready for this failover");
    }
    List<SchemaEntry> rows =
        copy.schemas().stream()
            .filter(row -> row.is(READY, scope))
            .map(row -> row.with(ACTIVE, row.epoch() + 1, scope.id()).onTimeline(copy.timeline()))
            .toList();
    return new Verdict.Write(rows, Decision.COMMIT, false);
  }

  /** The way back before the decision, first on the source: after it no step goes forward. */
  public Verdict abort(FailoverScope scope, ServerView source) {
    if (source.decision() == Decision.COMMIT) {
      return new Verdict.Refused("the journal says COMMIT: the way back is a rollback");
    }
    return source.decision() == Decision.ABORT
        ? new Verdict.Done()
        : new Verdict.Write(List.of(), Decision.ABORT, false);
  }

  /** The way back, on a copy that answers: it never accepts anything again. */
  public Verdict retireCopy(FailoverScope scope, ServerView copy, boolean rollingBack) {
    if (copy.inRecovery()) {
      return new Verdict.Done();
    }
    if (!rollingBack && any(scope, copy, row -> row.is(ACTIVE, scope))) {
      return new Verdict.Refused("the copy is active: the way back is a rollback");
    }
    List<SchemaEntry> rows =
        copy.schemas().stream()
            .filter(row -> row.state() != RETIRED)
            .map(row -> row.with(RETIRED, row.epoch(), scope.id()))
            .toList();
    Decision word = rollingBack ? null : Decision.ABORT;
    return rows.isEmpty() ? new Verdict.Done() : new Verdict.Write(rows, word, rollingBack);
  }

  /** The way back before the decision, last on the source: it goes on, on the timeline it has. */
  public Verdict restore(FailoverScope scope, ServerView source) {
    if (source.decision() != Decision.ABORT) {
      return new Verdict.Refused("the journal does not say ABORT");
    }
    if (source.inRecovery()) {
      return new Verdict.Wait("the source is a standby");
    }
    return giveBack(scope, source, 0, false);
  }

  /** The rollback's first step, on the copy: fenced before the source may go on. */
  public Verdict fenceCopy(FailoverScope scope, ServerView copy) {
    if (copy.inRecovery()) {
      return new Verdict.Wait("the copy is a standby now");
    }
    if (all(scope, copy, row -> row.is(FENCED, scope) || row.is(RETIRED, scope))) {
      return new Verdict.Done();
    }
    if (!all(scope, copy, row -> row.is(ACTIVE, scope) || row.is(READY, scope))) {
      return new Verdict.Refused("the copy does not belong to this failover");
    }
    List<SchemaEntry> rows =
        copy.schemas().stream()
            .filter(row -> row.is(ACTIVE, scope) || row.is(READY, scope))
            .map(row -> row.with(FENCED, row.epoch() + 1, scope.id()))
            .toList();
    return Verdict.Write.of(rows);
  }

  /**
   * The rollback's second step, on the source: active again, above every epoch that the copy had.
   *
   * @param copyEpoch the highest epoch on the fenced copy
   */
  public Verdict takeBack(FailoverScope scope, ServerView source, long copyEpoch) {
    if (source.decision() != Decision.COMMIT) {
      return new Verdict.Refused("the journal does not say COMMIT: nothing is to be taken back");
    }
    if (source.inRecovery()) {
      return new Verdict.Wait("the source is a standby");
    }
    return giveBack(scope, source, copyEpoch, true);
  }

  private static Verdict giveBack(
      FailoverScope scope, ServerView source, long above, boolean rolledBack) {
    List<SchemaEntry> rows =
        source.schemas().stream()
            .filter(row -> row.is(FENCED, scope) || row.is(RETIRED, scope))
            .filter(row -> scope.moves(row.gitlabSchema()))
            .map(row ->
                row.with(ACTIVE, Math.max(row.epoch(), above) + 1, null)
                    .onTimeline(source.timeline()))
            .toList();
    return rows.isEmpty() && source.rolledBack() == rolledBack
        ? new Verdict.Done()
        : new Verdict.Write(rows, null, rolledBack);
  }

  /** All moved rows, or none: a row in another state refuses the step. */
  private static Verdict changeMoved(
      FailoverScope scope,
      ServerView server,
      Predicate<SchemaEntry> isDone,
      Predicate<SchemaEntry> isExpected,
      UnaryOperator<SchemaEntry> change) {
    var rows = new ArrayList<SchemaEntry>();
    for (String schema : scope.movedSchemas()) {
      SchemaEntry row = server.find(schema).orElse(null);
      if (row == null) {
        return new Verdict.Refused("%s has no owner here".formatted(schema));
      }
      if (isExpected.test(row)) {
        rows.add(change.apply(row));
      } else if (!isDone.test(row)) {
        return new Verdict.Refused(
            "%s is %s at epoch %d, timeline %d, failover %s"
                .formatted(schema, row.state(), row.epoch(), row.timeline(), row.failoverId()));
      }
    }
    return rows.isEmpty() ? new Verdict.Done() : Verdict.Write.of(rows);
  }

  private static boolean showsFence(FailoverScope scope, FenceToken fence, ServerView copy) {
    return all(scope, copy, row -> row.is(FENCED, scope) && fence.matches(row));
  }

  private static boolean all(
      FailoverScope scope, ServerView server, Predicate<SchemaEntry> condition) {
    return scope.movedSchemas().stream()
        .allMatch(schema -> server.find(schema).filter(condition).isPresent());
  }

  private static boolean any(
      FailoverScope scope, ServerView server, Predicate<SchemaEntry> condition) {
    return scope.movedSchemas().stream()
        .anyMatch(schema -> server.find(schema).filter(condition).isPresent());
  }
}
