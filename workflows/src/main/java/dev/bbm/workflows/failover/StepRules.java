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
public class StepRules extends WayBackRules {

  /**
   * Step 3, on the source: no sub-batch, queueing or change of the moved schemas passes after it.
   */
  public Verdict fence(FailoverScope scope, ServerView source) {
    if (source.decision() == Decision.COMMIT && source.all(scope, row -> row.is(RETIRED, scope))) {
      return new Verdict.Done();
    }
    if (source.decision() != null) {
      return new Verdict.Refused("the journal says " + source.decision() + " already");
    }
    if (source.inRecovery()) {
      return new Verdict.Refused("the source is a standby");
    }
    if (source.journal() == null) {
      return new Verdict.Refused("the journal does not know this failover: was it lost?");
    }
    return changeMoved(
        scope,
        source,
        row ->
            (row.is(FENCED, scope) || row.is(RETIRED, scope))
                && row.timeline() == source.timeline(),
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
    boolean later = copy.all(scope, row -> row.is(READY, scope) || row.is(ACTIVE, scope));
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
    if (copy.all(scope, row -> row.is(READY, scope) || row.is(ACTIVE, scope))) {
      return new Verdict.Done();
    }
    if (copy.decision() == Decision.ABORT) {
      return new Verdict.Refused("the journal says ABORT");
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
    return source.all(scope, row -> row.is(RETIRED, scope) && fence.matches(row))
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
    if (copy.all(scope, row -> row.is(ACTIVE, scope))) {
      return new Verdict.Done();
    }
    if (copy.decision() == Decision.ABORT || !copy.all(scope, row -> row.is(READY, scope))) {
      return new Verdict.Refused("the copy is not ready for this failover");
    }
    List<SchemaEntry> rows =
        copy.schemas().stream()
            .filter(row -> row.is(READY, scope))
            .map(row -> row.with(ACTIVE, row.epoch() + 1, scope.id()).onTimeline(copy.timeline()))
            .toList();
    return new Verdict.Write(rows, Decision.COMMIT, false);
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
    return copy.all(scope, row -> row.is(FENCED, scope) && fence.matches(row));
  }
}
