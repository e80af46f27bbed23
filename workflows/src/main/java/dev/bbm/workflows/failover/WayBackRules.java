package dev.bbm.workflows.failover;

import static dev.bbm.workflows.ownership.OwnershipState.ACTIVE;
import static dev.bbm.workflows.ownership.OwnershipState.FENCED;
import static dev.bbm.workflows.ownership.OwnershipState.READY;
import static dev.bbm.workflows.ownership.OwnershipState.RETIRED;

import java.util.List;

/**
 * What a failover may write on its way back, before the decision and after it. Source:
 * failover-protocol.md, section 3.7.
 */
public class WayBackRules {

  /**
   * The way back before the decision, first on the source: after it no step goes forward. Only a
   * source that was promoted, and so may have lost COMMIT with the tail of its WAL, waits until the
   * copy is retired: then nothing that was decided can come true any more.
   *
   * @param copyIsOut {@link #retireCopy} was applied to the copy, in this same call
   */
  public Verdict abort(FailoverScope scope, ServerView source, boolean copyIsOut) {
    if (source.decision() == Decision.COMMIT) {
      return new Verdict.Refused("the journal says COMMIT: the way back is a rollback");
    }
    if (source.decision() == Decision.ABORT) {
      return new Verdict.Done();
    }
    if (source.inRecovery()) {
      return new Verdict.Wait("the source is a standby");
    }
    return copyIsOut || !mayHaveLostDecision(scope, source)
        ? new Verdict.Write(List.of(), Decision.ABORT, false)
        : new Verdict.Wait("the source was promoted since: the copy must be retired first");
  }

  /**
   * The way back, on a copy that answers: it never accepts anything again. A server that shows
   * nothing of this failover stays as it is: one that was promoted early, or built anew since, or
   * the wrong one; so does the source, which accepts nothing while it is fenced.
   */
  public Verdict retireCopy(FailoverScope scope, ServerView copy, boolean rollingBack) {
    if (copy.inRecovery()) {
      return new Verdict.Done();
    }
    if (!rollingBack && copy.any(scope, row -> row.is(ACTIVE, scope))) {
      return new Verdict.Refused("the copy is active: the way back is a rollback");
    }
    // FENCED on its own timeline is the source itself, or a copy of it that was started by hand.
    if (!rollingBack
        && copy.any(scope, row -> row.is(FENCED, scope) && row.timeline() == copy.timeline())) {
      return new Verdict.Done();
    }
    if (!copy.any(scope, row -> row.state() != RETIRED && row.is(row.state(), scope))) {
      return new Verdict.Done();
    }
    List<SchemaEntry> rows =
        copy.schemas().stream()
            .filter(row -> row.state() != RETIRED)
            .map(row -> row.with(RETIRED, row.epoch(), scope.id()))
            .toList();
    return new Verdict.Write(rows, rollingBack ? null : Decision.ABORT, rollingBack);
  }

  /** The way back before the decision, last on the source: it goes on, on the timeline it has. */
  public Verdict restore(FailoverScope scope, ServerView source) {
    if (source.decision() != Decision.ABORT) {
      return new Verdict.Refused("the journal does not say ABORT");
    }
    if (source.inRecovery()) {
      return new Verdict.Wait("the source is a standby");
    }
    List<SchemaEntry> rows =
        source
            .moved(scope)
            .filter(row -> row.is(FENCED, scope) || row.is(RETIRED, scope))
            .map(row -> givenBack(source, row, 0))
            .toList();
    return rows.isEmpty() ? new Verdict.Done() : Verdict.Write.of(rows);
  }

  /** The rollback's first step, on the copy: fenced before the source may go on. */
  public Verdict fenceCopy(FailoverScope scope, ServerView copy) {
    if (copy.inRecovery()) {
      return new Verdict.Wait("the copy is a standby now");
    }
    if (copy.all(scope, row -> row.is(FENCED, scope) || row.is(RETIRED, scope))) {
      return new Verdict.Done();
    }
    if (!copy.all(scope, row -> row.is(ACTIVE, scope) || row.is(READY, scope))) {
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
   * The rollback's second step, on the source: active again, above every epoch that the copy had. A
   * source that was promoted may have lost decision, retirement and fence with the tail of its WAL:
   * the copy is fenced by now, so it may go on all the same.
   *
   * @param copyEpoch the highest epoch on the fenced copy
   */
  public Verdict takeBack(FailoverScope scope, ServerView source, long copyEpoch) {
    if (source.inRecovery()) {
      return new Verdict.Wait("the source is a standby");
    }
    if (source.decision() == Decision.ABORT) {
      return restore(scope, source);
    }
    if (source.rolledBack()) {
      return new Verdict.Done();
    }
    if (source.decision() == null && !mayHaveLostDecision(scope, source)) {
      return new Verdict.Refused("nothing is decided: the way back is an abort");
    }
    List<SchemaEntry> rows =
        source
            .moved(scope)
            .filter(row -> row.failoverId() == null || row.failoverId().equals(scope.id()))
            .filter(row -> row.state() != ACTIVE || row.timeline() != source.timeline())
            .map(row -> givenBack(source, row, copyEpoch))
            .toList();
    return rows.isEmpty() && source.decision() == null
        ? new Verdict.Done()
        : new Verdict.Write(rows, Decision.COMMIT, true);
  }

  private static SchemaEntry givenBack(ServerView source, SchemaEntry row, long above) {
    return row.with(ACTIVE, Math.max(row.epoch(), above) + 1, null).onTimeline(source.timeline());
  }

  /** Rows of another timeline, or rows of a failover that the journal does not know. */
  private static boolean mayHaveLostDecision(FailoverScope scope, ServerView source) {
    return source.any(
        scope,
        row ->
            row.timeline() != source.timeline()
                || (source.journal() == null && row.state() != ACTIVE));
  }
}
