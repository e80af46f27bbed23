package dev.bbm.starter.failover;

import dev.bbm.workflows.failover.FailoverScope;
import dev.bbm.workflows.failover.FenceToken;
import dev.bbm.workflows.failover.SchemaEntry;
import dev.bbm.workflows.failover.ServerView;
import dev.bbm.workflows.failover.StepRules;
import dev.bbm.workflows.failover.Verdict;
import dev.bbm.workflows.ownership.OwnershipState;

/** MUTANTS of the rules: the real ones, shown what they like instead of what is there. */
final class WeakRules {

  private WeakRules() {}

  /** Retirement and decision compare nothing with the source's timeline. */
  static final class WithoutTimeline extends StepRules {
    @Override
    public Verdict retire(FailoverScope scope, FenceToken fence, ServerView source) {
      return super.retire(scope, fence, onTimeline(source, fence));
    }

    @Override
    public Verdict decide(FailoverScope scope, FenceToken fence, ServerView source) {
      return super.decide(scope, fence, onTimeline(source, fence));
    }

    private static ServerView onTimeline(ServerView view, FenceToken fence) {
      return new ServerView(view.inRecovery(), fence.timeline(), view.journal(), view.schemas());
    }
  }

  /** Any copy is taken for one that shows the fence. */
  static final class WithoutCatchUp extends StepRules {
    @Override
    public Verdict seeFence(FailoverScope scope, FenceToken fence, ServerView copy) {
      return new Verdict.Done();
    }

    @Override
    public Verdict confirmPromotion(FailoverScope scope, FenceToken fence, ServerView copy) {
      return copy.inRecovery() ? new Verdict.Wait("not promoted") : new Verdict.Done();
    }

    @Override
    public Verdict adopt(FailoverScope scope, FenceToken fence, ServerView copy, String place) {
      var rows =
          copy.schemas().stream()
              .map(row -> row.state() == OwnershipState.ACTIVE ? fenced(scope, fence, row) : row)
              .toList();
      return super.adopt(
          scope,
          fence,
          new ServerView(copy.inRecovery(), copy.timeline(), copy.journal(), rows),
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
}
