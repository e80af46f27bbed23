package dev.bbm.workflows.failover.model;

import dev.bbm.workflows.failover.Decision;
import dev.bbm.workflows.failover.FailoverScope;
import dev.bbm.workflows.failover.FenceToken;
import dev.bbm.workflows.failover.SchemaEntry;
import dev.bbm.workflows.failover.ServerView;
import dev.bbm.workflows.failover.ServerView.Journal;
import dev.bbm.workflows.failover.StepRules;
import dev.bbm.workflows.failover.Verdict;
import dev.bbm.workflows.ownership.OwnershipState;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The real rules, each time with one comparison taken away: they are shown what they like. */
final class FlawedRules {

  private FlawedRules() {}

  /** Nothing is compared with the server's timeline. */
  static final class WithoutTimeline extends StepRules {
    @Override
    public Verdict fence(FailoverScope scope, ServerView source) {
      return super.fence(scope, rows(source, row -> onTimeline(row, source.timeline())));
    }

    @Override
    public Verdict retire(FailoverScope scope, FenceToken fence, ServerView source) {
      return super.retire(scope, fence, onTimeline(source, fence.timeline()));
    }

    @Override
    public Verdict decide(FailoverScope scope, FenceToken fence, ServerView source) {
      return super.decide(scope, fence, onTimeline(source, fence.timeline()));
    }
  }

  static final class RetireOnAnyTimeline extends StepRules {
    @Override
    public Verdict retire(FailoverScope scope, FenceToken fence, ServerView source) {
      return super.retire(scope, fence, onTimeline(source, fence.timeline()));
    }
  }

  /** Any promoted copy is taken for one that has caught up. */
  static final class WithoutCatchUp extends StepRules {
    @Override
    public Verdict confirmPromotion(FailoverScope scope, FenceToken fence, ServerView copy) {
      return copy.inRecovery() ? new Verdict.Wait("not promoted") : new Verdict.Done();
    }

    @Override
    public Verdict adopt(FailoverScope scope, FenceToken fence, ServerView copy, String place) {
      return super.adopt(
          scope,
          fence,
          rows(
              copy,
              row ->
                  row.state() == OwnershipState.ACTIVE && row.failoverId() == null
                      ? fenced(scope, fence, row)
                      : row),
          place);
    }

    private static SchemaEntry fenced(FailoverScope scope, FenceToken fence, SchemaEntry row) {
      return new SchemaEntry(
          row.gitlabSchema(),
          row.ownerDatabase(),
          fence.epochs().getOrDefault(row.gitlabSchema(), row.epoch()),
          OwnershipState.FENCED,
          row.place(),
          fence.timeline(),
          scope.id());
    }
  }

  /** Activation does not compare what became of the schemas that live on the copy. */
  static final class ActivateAnything extends StepRules {
    @Override
    public Verdict activate(FailoverScope scope, ServerView copy) {
      return super.activate(
          scope,
          decided(
              null,
              rows(
                  copy,
                  row ->
                      scope.livesOnCopy(row.gitlabSchema()) && row.state() != OwnershipState.ACTIVE
                          ? in(row, OwnershipState.READY, scope.id())
                          : row)));
    }
  }

  /** The fence does not compare what the source is. */
  static final class FenceAnything extends StepRules {
    @Override
    public Verdict fence(FailoverScope scope, ServerView source) {
      return super.fence(
          scope,
          decided(
              null,
              rows(
                  source,
                  row -> onTimeline(in(row, OwnershipState.ACTIVE, null), source.timeline()))));
    }
  }

  /** ABORT is written on a promoted source before the copy is retired. */
  static final class AbortBeforeTheCopy extends StepRules {
    @Override
    public Verdict abort(FailoverScope scope, ServerView source, boolean copyIsOut) {
      return super.abort(scope, source, true);
    }
  }

  /** Decides while the source is only fenced. */
  static final class DecideUnretired extends StepRules {
    @Override
    public Verdict decide(FailoverScope scope, FenceToken fence, ServerView source) {
      return super.decide(
          scope,
          fence,
          rows(
              source,
              row ->
                  row.state() == OwnershipState.FENCED
                      ? in(row, OwnershipState.RETIRED, row.failoverId())
                      : row));
    }
  }

  /** The steps on ownership rows do not look at the journal. */
  static final class WithoutDecision extends StepRules {
    @Override
    public Verdict adopt(FailoverScope scope, FenceToken fence, ServerView copy, String place) {
      return super.adopt(scope, fence, decided(null, copy), place);
    }

    @Override
    public Verdict retire(FailoverScope scope, FenceToken fence, ServerView source) {
      return super.retire(scope, fence, decided(null, source));
    }

    @Override
    public Verdict activate(FailoverScope scope, ServerView copy) {
      return super.activate(scope, decided(null, copy));
    }
  }

  /** An abort gives back the epoch that was fenced. */
  static final class EpochUsedAgain extends StepRules {
    @Override
    public Verdict restore(FailoverScope scope, ServerView source) {
      return super.restore(scope, source) instanceof Verdict.Write write
          ? new Verdict.Write(
              write.rows().stream().map(row -> atEpoch(row, row.epoch() - 1)).toList(),
              write.decision(),
              write.rolledBack())
          : super.restore(scope, source);
    }
  }

  private static ServerView onTimeline(ServerView view, int timeline) {
    return new ServerView(view.inRecovery(), timeline, view.journal(), view.schemas());
  }

  private static ServerView decided(@Nullable Decision decision, ServerView view) {
    return new ServerView(
        view.inRecovery(), view.timeline(), new Journal(decision, false), view.schemas());
  }

  private static ServerView rows(ServerView view, UnaryOperator<SchemaEntry> change) {
    List<SchemaEntry> rows = view.schemas().stream().map(change).toList();
    return new ServerView(view.inRecovery(), view.timeline(), view.journal(), rows);
  }

  private static SchemaEntry onTimeline(SchemaEntry row, int timeline) {
    return new SchemaEntry(
        row.gitlabSchema(),
        row.ownerDatabase(),
        row.epoch(),
        row.state(),
        row.place(),
        timeline,
        row.failoverId());
  }

  private static SchemaEntry in(SchemaEntry row, OwnershipState state, @Nullable String failover) {
    return new SchemaEntry(
        row.gitlabSchema(),
        row.ownerDatabase(),
        row.epoch(),
        state,
        row.place(),
        row.timeline(),
        failover);
  }

  private static SchemaEntry atEpoch(SchemaEntry row, long epoch) {
    return new SchemaEntry(
        row.gitlabSchema(),
        row.ownerDatabase(),
        epoch,
        row.state(),
        row.place(),
        row.timeline(),
        row.failoverId());
  }
}
